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
    goal::{Goal, Runtime},
    innocent::whose_fault,
    put_back::put_back,
    restart::log_of,
    round::Round,
};
use crate::{
    cluster::{
        back::{Proof, is_back},
        innocent::Blame,
        topology::OpTime,
    },
    error::node_error::NodeError,
    event::{Event, Fact, Task},
    instance::node::{Fresh, Node},
    name::{HostName, MemberName},
    steps::{
        context::Run,
        failure::{Failure, LastSeen, WayBack, list},
    },
};

/// A few heartbeats: two seconds each, and one may meet a connection that is being closed.
const PATIENCE: Duration = Duration::from_secs(30);

/// Proves the members on `hosts`, or puts a failed one back.
pub(super) async fn verify<N: Node>(
    run: &mut Run<'_, N>,
    goal: &Goal,
    round: &Round,
    hosts: &[HostName],
) -> Result<(), Failure> {
    for host in hosts {
        run.working(host, Task::Verifying);
    }
    drop_old(run, round, hosts).await?;
    let dropped = Instant::now();
    let proofs = hosts.iter().map(|host| prove_one(run, goal, round, host, dropped));
    let mut failed = Vec::new();
    for (host, outcome) in join_all(proofs).await {
        match outcome {
            Ok(()) => run.proofs.proved(host),
            Err(Unproved::Late(last)) => failed.push((host, last)),
            Err(Unproved::NotOurs(lost, source)) if &lost == host => {
                return Err(run.unknown(host, "the change of the running mode", source));
            }
            // The member itself was read in its new mode; only who shall bear it out is missing.
            Err(Unproved::NotOurs(host, source)) => {
                return Err(Failure::lost(&host, run.begun(), source));
            }
        }
    }
    if failed.is_empty() {
        run.emit(Event::Checked { hosts: hosts.to_vec(), fact: Fact::Verified });
        return Ok(());
    }
    Err(unproved(run, round, failed).await)
}

/// What comes of members that could not be proved: at most one is put back, and none for what is
/// another's trouble.
async fn unproved<N: Node>(
    run: &mut Run<'_, N>,
    round: &Round,
    mut failed: Vec<(&HostName, LastSeen)>,
) -> Failure {
    if let Err(failure) = run.hold().await {
        return failure;
    }
    let hosts: Vec<HostName> = failed.iter().map(|(host, _)| (*host).clone()).collect();
    let guilty = match whose_fault(run, &hosts).await {
        Blame::Others(why) => {
            let (doing, begun) = (format!("the proof of {}", list(&hosts)), run.begun());
            let detail = failed.pop().map(|(_, last)| last.words);
            return Failure::NotNow { doing, why, waited: PATIENCE, begun, detail };
        }
        Blame::One(member) => run.roster.host(&member).cloned(),
        Blame::Unclear => None,
    };
    let at = failed.iter().position(|(host, _)| Some(*host) == guilty.as_ref()).unwrap_or(0);
    let (host, last) = failed.swap_remove(at);
    let log = log_of(run, host).await;
    let way_back = if guilty.is_some() {
        match put_back(run, round, host).await {
            Ok(way_back) => way_back,
            Err(source) => return run.unknown(host, "the way back", source),
        }
    } else {
        let words = "more than one member could not be proved, so none was restarted";
        WayBack::NotTried(words.to_owned())
    };
    let (host, unit) = (host.clone(), run.plan.mongodb.service.clone());
    Failure::NotProved { host, unit, waited: PATIENCE, last, log, way_back }
}

/// Empties the pools between these members and all their peers, on both sides.
async fn drop_old<N: Node>(
    run: &Run<'_, N>,
    round: &Round,
    hosts: &[HostName],
) -> Result<(), Failure> {
    let begun = run.begun();
    let drops = run.nodes.iter().map(|node| {
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
            outcome.map_err(|error| Failure::of_act(node.host(), "dropConnections", begun, error))
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

async fn prove_one<'h, N: Node>(
    run: &Run<'_, N>,
    goal: &Goal,
    round: &Round,
    host: &'h HostName,
    dropped: Instant,
) -> (&'h HostName, Result<(), Unproved>) {
    let mut mark = None;
    loop {
        let words = match look(run, goal, round, host, dropped, &mut mark).await {
            Ok(()) => return (host, Ok(())),
            Err(words) => words,
        };
        let after = dropped.elapsed();
        if let Some(source) = run.lost(host).await {
            return (host, Err(Unproved::NotOurs(host.clone(), source)));
        }
        if let Some((lost, source)) = run.lost_any(Duration::ZERO).await {
            return (host, Err(Unproved::NotOurs(lost, source)));
        }
        if after > PATIENCE {
            return (host, Err(Unproved::Late(LastSeen { after, words })));
        }
        run.seen(host, words);
        tokio::time::sleep(POLL).await;
    }
}

/// One look from all sides: the member itself over a new connection, and every peer of its set.
async fn look<N: Node>(
    run: &Run<'_, N>,
    goal: &Goal,
    round: &Round,
    host: &HostName,
    dropped: Instant,
    mark: &mut Option<OpTime>,
) -> Result<(), String> {
    let node = run.node(host).ok_or("no such host")?;
    // Up to the moment of asking: what was heard while the answer was under way is younger.
    let heard_within = Some(dropped.elapsed());
    let own = node.view(Fresh::Any).await.map_err(|error| error.chain())?.view;
    let set = round.survey.set_of(&own.status.me).unwrap_or_default();
    let peers = set.members.iter().filter(|(name, _)| *name != own.status.me);
    let peers = peers.filter_map(|(name, _)| run.node_of(name));
    let views = join_all(peers.map(|peer| async move { (peer, peer.view(Fresh::Any).await) }));
    let mut others = Vec::new();
    for (peer, view) in views.await {
        others.push((peer, view.map_err(|error| error.chain())?.view));
    }
    // Members may stand on two rungs when a run was cut; each is proved on its own, and one that has
    // been moved since the last look on the one it was moved to.
    let members = round.cluster.members.iter();
    let now = members.filter(|_| !run.proofs.owes(host)).find(|now| &now.host == host);
    let leader = own.status.primary().map(|member| member.name.clone()).ok_or("no primary")?;
    if mark.is_none() {
        let primary = run.node_of(&leader).ok_or("the primary is no host of the plan")?;
        let known = others.iter().find(|(_, view)| view.status.me == leader);
        let view = known.map_or(&own, |(_, view)| view);
        *mark = Some(marker(primary, view).await);
    }
    let proof = Proof {
        mode: now.map_or(goal.mode, |now| now.running),
        marker: mark.unwrap_or_default(),
        heard_within,
    };
    if others.is_empty() {
        return is_back(&own, &own, proof).map(|_| ()).map_err(|missing| missing.to_string());
    }
    others.iter().try_for_each(|(peer, view)| {
        let verdict = is_back(&own, view, proof);
        verdict.map(|_| ()).map_err(|missing| format!("asking `{}`: {missing}", peer.host()))
    })
}
