//! Restarting one member: drained, with its new file, and back by proof or put back.

use std::time::Duration;

use tokio::time::Instant;

use super::{
    back::{ComeBack, come_back},
    drain::drain,
    goal::Goal,
    innocent::{Was, innocent},
    put_back::{put_back, went_back},
    round::Round,
    sent::{MOST_UNSENT, Sent, send},
    sources::send_away,
    switch::{Armament, Unconfirmed, arm, confirm, disarm},
};
use crate::{
    cluster::{back::Back, health::NotNow},
    event::Event,
    host::unit::Incarnation,
    instance::node::Node,
    name::HostName,
    steps::{
        context::Run,
        failure::{Failure, LastSeen, WayBack},
    },
};

/// No start is proved in less.
const SHORTEST_PROOF: Duration = Duration::from_secs(5);

/// Restarts the member on `host`. The gate has been passed on the round's survey.
pub(super) async fn restart<N: Node>(
    run: &mut Run<'_, N>,
    goal: &Goal,
    round: &Round,
    host: &HostName,
) -> Result<(), Failure> {
    let (Some(node), Some(look)) = (run.node(host), round.survey.look(host)) else {
        return Ok(());
    };
    run.switches += 1;
    run.working(host, "waiting for its clients to finish");
    let ((), drained) = tokio::join!(send_away(run, round, host), drain(run, node));
    // Not before: a host's time shall not run out while its clients finish.
    let armed = arm(run, round, host).await;
    let started = Instant::now();
    let sent = match armed {
        Ok(Armament::Armed(armed)) => {
            run.armed = Some(armed);
            try_send(run, round, host).await
        }
        Ok(Armament::Without) => try_send(run, round, host).await,
        Ok(Armament::Lost) => {
            run.unsent += 1;
            Ok(Sent::Not)
        }
        Err(failure) => Err(failure),
    };
    // Every way out that leaves the old process running gives it its own sleep back, and takes the
    // switch away.
    match sent {
        Ok(Sent::Yes) => {}
        Ok(Sent::Not) => {
            drained.undo(run).await;
            disarm(run).await;
            return Ok(());
        }
        Err(failure) => {
            drained.undo(run).await;
            if !matches!(failure, Failure::Unknown { .. }) {
                disarm(run).await;
            }
            return Err(failure);
        }
    }
    let before = look.unit.life.clone();
    let mode = round.wanted.mode(host).unwrap_or(goal.mode);
    let wait = ComeBack { host, before: &before, mode, started, stop: Duration::ZERO, round };
    match come_back(run, wait).await {
        Ok((back, life)) => {
            confirmed(run, round, host).await?;
            returned(run, host, started, back, life);
            Ok(())
        }
        Err(last) => {
            let was = Was { life: &before, mode };
            give_up(run, round, host, was, last).await
        }
    }
}

async fn try_send<N: Node>(
    run: &mut Run<'_, N>,
    round: &Round,
    host: &HostName,
) -> Result<Sent, Failure> {
    let allowed = still_allowed(run, round, host).await;
    // A host that helps itself in a moment would undo what is begun now.
    let soon = run.armed.as_ref().is_some_and(|armed| armed.for_proof() < SHORTEST_PROOF);
    match allowed {
        Ok(true) if soon && run.unsent >= MOST_UNSENT => {
            let waited = run.armed.as_ref().map_or(Duration::ZERO, |armed| armed.since.elapsed());
            let (doing, why) = (format!("the restart of `{host}`"), NotNow::Slow(waited));
            Err(Failure::NotNow { doing, why, waited, begun: run.begun(), detail: None })
        }
        Ok(true) if soon => {
            run.unsent += 1;
            Ok(Sent::Not)
        }
        Ok(true) if !run.orders.cancel.is_asked() => send(run, round, host).await,
        Ok(_) => Ok(Sent::Not),
        Err(failure) => Err(failure),
    }
}

/// The member is to stay as it is: without a word of ours its host would decide alone.
async fn confirmed<N: Node>(
    run: &mut Run<'_, N>,
    round: &Round,
    host: &HostName,
) -> Result<(), Failure> {
    match confirm(run).await {
        Ok(()) => Ok(()),
        Err(Unconfirmed::Unheard(source)) => {
            Err(run.unknown(host, "the confirmation of the restart", source))
        }
        Err(Unconfirmed::Overruled(ended)) => {
            let way_back = match run.previous.remove(host) {
                Some(previous) => {
                    went_back(run, round, host, &previous, (ended, Instant::now())).await
                }
                None => WayBack::NotVerified(format!("the host says {}", ended.describe())),
            };
            let (host, unit) = (host.clone(), run.plan.mongodb.service.clone());
            Err(Failure::Overruled { host, unit, way_back })
        }
    }
}

/// The member is not back: kept where the trouble is another's, put back and proved where it may be
/// its own, or left to its host where that is out of reach.
async fn give_up<N: Node>(
    run: &mut Run<'_, N>,
    round: &Round,
    host: &HostName,
    was: Was<'_>,
    last: LastSeen,
) -> Result<(), Failure> {
    if let Some(node) = run.node(host)
        && let Err(source) = node.held().await
    {
        return Err(run.unknown(host, "the restart", source));
    }
    if let Some(innocent) = innocent(run, host, was).await {
        confirmed(run, round, host).await?;
        return Err(innocent.keep(run, host, &last));
    }
    let log = log_of(run, host).await;
    match put_back(run, round, host).await {
        Ok(way_back) => {
            let (host, unit) = (host.clone(), run.plan.mongodb.service.clone());
            let waited = last.after;
            Err(Failure::NotBack { host, unit, waited, last, log, way_back })
        }
        Err(source) => Err(run.unknown(host, "the way back", source)),
    }
}

/// A drain may have outlived the facts on which the stop was allowed; then they are read again.
async fn still_allowed<N: Node>(
    run: &Run<'_, N>,
    round: &Round,
    host: &HostName,
) -> Result<bool, Failure> {
    if round.survey.is_fresh() {
        return Ok(true);
    }
    let survey = run.survey().await?;
    let Some(member) = run.roster.member(host) else { return Ok(false) };
    let is_primary = |survey: &crate::steps::survey::Survey| {
        let set = survey.set_of(member)?;
        set.primary().map(|(name, _)| name == member)
    };
    let set = survey.set_of(member).unwrap_or_default();
    let same = is_primary(&survey) == is_primary(&round.survey);
    Ok(same && survey.is_fresh() && set.may_stop(member, run.limits()).is_ok())
}

fn returned<N: Node>(
    run: &mut Run<'_, N>,
    host: &HostName,
    started: Instant,
    back: Back,
    life: Incarnation,
) {
    run.proofs.proved(host);
    run.lives.insert(host.clone(), life);
    run.emit(Event::Restarted {
        host: host.clone(),
        unit: run.plan.mongodb.service.clone(),
        state: back.state,
        took: started.elapsed(),
        lag: back.lag,
    });
}

/// The server's own words, for the error.
pub(super) async fn log_of<N: Node>(run: &Run<'_, N>, host: &HostName) -> Vec<String> {
    match run.node(host) {
        Some(node) => node.log_since_mark().await,
        None => Vec::new(),
    }
}
