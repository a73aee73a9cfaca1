//! Proving changed members from both sides over connections that did not exist before.
//!
//! A mode is looked at once per connection, so heartbeats over old connections stay green even when
//! TLS between two members is broken. Pools are emptied on both sides, and only heartbeats younger
//! than that count, with an operation that has to come through replication.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::Instant;

use super::{
    POLL,
    back::marker,
    error::{LastSeen, NotReadyError, RestartError, RevertResult},
    goal::{Goal, Runtime},
    innocent::whose_fault,
    put_back::put_back,
    restart::log_of,
    round::Round,
    set_run::SetRun,
};
use crate::{
    cluster::{
        attribution::Suspect,
        readiness::{Criteria, check_ready},
        topology::OpTime,
    },
    error::node_error::NodeError,
    event::{Event, Fact, Task},
    instance::{Instance, look::Fresh},
    name::{HostName, MemberName},
    steps::error::{ActError, Failure, LeaseLost, list},
};

/// A few heartbeats: two seconds each, and one may meet a connection that is being closed.
const PATIENCE: Duration = Duration::from_secs(30);

/// Proves the members on `hosts`, or puts a failed one back.
pub(super) async fn verify<N: Instance>(
    set: &mut SetRun<'_, '_, N>,
    goal: &Goal,
    round: &Round,
    hosts: &[HostName],
) -> Result<(), Failure> {
    for host in hosts {
        set.run.working(host, Task::Verifying);
    }
    drop_old(set, round, hosts).await?;
    let dropped = Instant::now();
    let proofs = hosts.iter().map(|host| prove_one(set, goal, round, host, dropped));
    let mut failed = Vec::new();
    for (host, outcome) in join_all(proofs).await {
        match outcome {
            Ok(()) => set.state.proofs.proved(host),
            Err(Unproved::Late(last)) => failed.push((host, last)),
            Err(Unproved::NotOurs(lost, source)) if &lost == host => {
                return Err(set.unknown(host, "the change of the running mode", source));
            }
            // The member itself was read in its new mode; only who shall bear it out is missing.
            Err(Unproved::NotOurs(host, source)) => {
                return Err(LeaseLost::new(&host, source).into());
            }
        }
    }
    if failed.is_empty() {
        set.run.emit(Event::Checked { hosts: hosts.to_vec(), fact: Fact::Verified });
        return Ok(());
    }
    Err(unproved(set, round, failed).await)
}

/// What comes of members that could not be proved: at most one is put back, and none for what is
/// another's trouble.
async fn unproved<N: Instance>(
    set: &mut SetRun<'_, '_, N>,
    round: &Round,
    mut failed: Vec<(&HostName, LastSeen)>,
) -> Failure {
    // No other set begins anything while this one is in trouble.
    set.run.halt();
    if let Err(failure) = set.run.hold().await {
        return failure;
    }
    let hosts: Vec<HostName> = failed.iter().map(|(host, _)| (*host).clone()).collect();
    let guilty = match whose_fault(set, &hosts).await {
        Suspect::Others(why) => {
            let doing = format!("the proof of {}", list(&hosts));
            let detail = failed.pop().map(|(_, last)| last.words);
            return NotReadyError { doing, why, waited: PATIENCE, detail }.into();
        }
        Suspect::One(member) => set.run.membership.host(&member).cloned(),
        Suspect::Unclear => None,
    };
    let at = failed.iter().position(|(host, _)| Some(*host) == guilty.as_ref()).unwrap_or(0);
    let (host, last) = failed.swap_remove(at);
    let log = log_of(set, host).await;
    let reverted = if guilty.is_some() {
        match put_back(set, round, host).await {
            Ok(reverted) => reverted,
            Err(source) => return set.unknown(host, "the way back", source),
        }
    } else {
        let words = "more than one member could not be proved, so none was restarted";
        RevertResult::NotTried(words.to_owned())
    };
    let (host, unit) = (host.clone(), set.run.unit(host));
    RestartError::NotProved { host, unit, waited: PATIENCE, last, log, reverted }.into()
}

/// Empties the pools between these members and all their peers, on both sides.
async fn drop_old<N: Instance>(
    set: &SetRun<'_, '_, N>,
    round: &Round,
    hosts: &[HostName],
) -> Result<(), Failure> {
    let drops = set.nodes.iter().map(|node| {
        let own = hosts.contains(node.host());
        let to: Vec<MemberName> = round
            .survey
            .views()
            .filter(|(host, _)| *host != node.host() && (own || hosts.contains(host)))
            .map(|(_, view)| view.status.me.clone())
            .collect();
        // An arbiter without a login takes no orders; its peers empty their side.
        let deaf = round
            .cluster
            .members
            .iter()
            .any(|now| &now.host == node.host() && now.runtime == Runtime::RestartOnly);
        async move {
            let outcome =
                if to.is_empty() || deaf { Ok(()) } else { node.drop_connections(&to).await };
            outcome.map_err(|error| ActError::new(node.host(), "dropConnections", error).into())
        }
    });
    join_all(drops).await.into_iter().collect()
}

/// Why a proof ended without one.
enum Unproved {
    Late(LastSeen),
    /// A lease is gone: that host may be in other hands, or is away.
    NotOurs(HostName, NodeError),
}

async fn prove_one<'h, N: Instance>(
    set: &SetRun<'_, '_, N>,
    goal: &Goal,
    round: &Round,
    host: &'h HostName,
    dropped: Instant,
) -> (&'h HostName, Result<(), Unproved>) {
    let mut mark = None;
    loop {
        let words = match look(set, goal, round, host, dropped, &mut mark).await {
            Ok(()) => return (host, Ok(())),
            Err(words) => words,
        };
        let after = dropped.elapsed();
        if let Some(source) = set.run.lost(host).await {
            return (host, Err(Unproved::NotOurs(host.clone(), source)));
        }
        if let Some((lost, source)) = set.run.lost_any(Duration::ZERO).await {
            return (host, Err(Unproved::NotOurs(lost, source)));
        }
        if after > PATIENCE {
            return (host, Err(Unproved::Late(LastSeen { after, words })));
        }
        set.run.seen(host, words);
        tokio::time::sleep(POLL).await;
    }
}

/// One look from all sides: the member itself over a new connection, and every peer of its set.
async fn look<N: Instance>(
    set: &SetRun<'_, '_, N>,
    goal: &Goal,
    round: &Round,
    host: &HostName,
    dropped: Instant,
    mark: &mut Option<OpTime>,
) -> Result<(), String> {
    let node = set.run.node(host).ok_or("no such host")?;
    // Up to the moment of asking: what was heard while the answer was under way is younger.
    let heard_within = Some(dropped.elapsed());
    let own = node.view(Fresh::Any).await.map_err(|error| error.chain())?.view;
    let members = round.survey.set_of(&own.status.me).map_or(&[][..], |set| &set.members);
    let peers = members.iter().filter(|(name, _)| *name != own.status.me);
    let peers = peers.filter_map(|(name, _)| set.run.node_of(name));
    let views = join_all(peers.map(|peer| async move { (peer, peer.view(Fresh::Any).await) }));
    let mut others = Vec::new();
    for (peer, view) in views.await {
        others.push((peer, view.map_err(|error| error.chain())?.view));
    }
    // Members may stand on two rungs when a run was cut; each is proved on its own, and one that has
    // been moved since the last look on the one it was moved to.
    let members = round.cluster.members.iter();
    let now = members.filter(|_| !set.state.proofs.owes(host)).find(|now| &now.host == host);
    let leader = own.status.primary().map(|member| member.name.clone()).ok_or("no primary")?;
    if mark.is_none() {
        let primary = set.run.node_of(&leader).ok_or("the primary is no host of the plan")?;
        let known = others.iter().find(|(_, view)| view.status.me == leader);
        let view = known.map_or(&own, |(_, view)| view);
        *mark = Some(marker(primary, view).await);
    }
    let proof = Criteria {
        mode: now.map_or(goal.mode, |now| now.running),
        marker: mark.unwrap_or_default(),
        heard_within,
    };
    if others.is_empty() {
        return check_ready(&own, &own, proof).map(|_| ()).map_err(|missing| missing.to_string());
    }
    others.iter().try_for_each(|(peer, view)| {
        let verdict = check_ready(&own, view, proof);
        verdict.map(|_| ()).map_err(|missing| format!("asking `{}`: {missing}", peer.host()))
    })
}
