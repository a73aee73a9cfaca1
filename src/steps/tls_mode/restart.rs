//! Restarting one member: drained, with its new file, and back by proof or put back.

use std::time::Duration;

use tokio::time::Instant;

use super::{
    back::{ComeBack, come_back},
    drain::drain,
    error::{LastSeen, NotReadyError, RestartError, RevertResult},
    goal::Goal,
    innocent::{Was, innocent},
    put_back::{put_back, went_back},
    round::Round,
    sent::{MOST_UNSENT, Sent, send},
    set_run::SetRun,
    sources::send_away,
    switch::{Armament, Unconfirmed, arm, confirm, disarm},
};
use crate::{
    cluster::{health::NotNow, readiness::Ready},
    event::{Event, Task},
    host::unit::Incarnation,
    instance::Instance,
    name::HostName,
    steps::error::{ActError, Failure},
};

/// No start is proved in less.
const SHORTEST_PROOF: Duration = Duration::from_secs(5);

/// Restarts the member on `host`. The gate has been passed on the round's survey.
pub(super) async fn restart<N: Instance>(
    set: &mut SetRun<'_, '_, N>,
    goal: &Goal,
    round: &Round,
    host: &HostName,
) -> Result<(), Failure> {
    let (Some(node), Some(look)) = (set.run.node(host), round.survey.look(host)) else {
        return Ok(());
    };
    set.run.working(host, Task::Draining);
    let ((), drained) = tokio::join!(send_away(set, round, host), drain(set, node));
    if set.run.is_halted() {
        drained.undo(set).await;
        return Ok(());
    }
    // Not before: a host's time shall not run out while its clients finish.
    let armed = arm(set, round, host).await;
    let started = Instant::now();
    let dispatched = match armed {
        Ok(Armament::Armed(armed)) => {
            set.state.armed = Some(armed);
            try_send(set, round, host).await
        }
        Ok(Armament::Without) => try_send(set, round, host).await,
        Ok(Armament::Lost) => {
            set.state.resends += 1;
            Ok(Sent::Not)
        }
        Err(failure) => Err(failure),
    };
    // Every way out that leaves the old process running gives it its own sleep back, and takes the
    // switch away.
    match dispatched {
        Ok(Sent::Yes) => {}
        Ok(Sent::Not) => {
            drained.undo(set).await;
            disarm(set).await;
            return Ok(());
        }
        Err(failure) => {
            set.run.halt();
            drained.undo(set).await;
            if !matches!(failure, Failure::Act(ActError::Unknown { .. })) {
                disarm(set).await;
            }
            return Err(failure);
        }
    }
    let before = look.unit.life.clone();
    let mode = round.wanted.mode(host).unwrap_or(goal.mode);
    let wait = ComeBack { host, before: &before, mode, started, stop: Duration::ZERO, round };
    match come_back(set, wait).await {
        Ok((back, life)) => {
            confirmed(set, round, host).await?;
            returned(set, host, started, back, life);
            Ok(())
        }
        Err(last) => {
            let was = Was { life: &before, mode };
            give_up(set, round, host, was, last).await
        }
    }
}

async fn try_send<N: Instance>(
    set: &mut SetRun<'_, '_, N>,
    round: &Round,
    host: &HostName,
) -> Result<Sent, Failure> {
    let allowed = still_allowed(set, round, host).await;
    // A host that helps itself in a moment would undo what is begun now.
    let soon = set.state.armed.as_ref().is_some_and(|armed| armed.for_proof() < SHORTEST_PROOF);
    match allowed {
        Ok(true) if soon && set.state.resends >= MOST_UNSENT => {
            let waited =
                set.state.armed.as_ref().map_or(Duration::ZERO, |armed| armed.since.elapsed());
            let (doing, why) = (format!("the restart of `{host}`"), NotNow::Slow(waited));
            Err(NotReadyError { doing, why, waited, detail: None }.into())
        }
        Ok(true) if soon => {
            set.state.resends += 1;
            Ok(Sent::Not)
        }
        Ok(true) if !set.run.options.cancel.is_asked() && !set.run.is_halted() => {
            send(set, round, host).await
        }
        Ok(_) => Ok(Sent::Not),
        Err(failure) => Err(failure),
    }
}

/// The member is to stay as it is: without a word of ours its host would decide alone.
async fn confirmed<N: Instance>(
    set: &mut SetRun<'_, '_, N>,
    round: &Round,
    host: &HostName,
) -> Result<(), Failure> {
    match confirm(set).await {
        Ok(()) => Ok(()),
        Err(Unconfirmed::Unheard(source)) => {
            Err(set.unknown(host, "the confirmation of the restart", source))
        }
        Err(Unconfirmed::Overruled(ended)) => {
            set.run.halt();
            let reverted = match set.state.previous.remove(host) {
                Some(previous) => {
                    went_back(set, round, host, &previous, (ended, Instant::now())).await
                }
                None => RevertResult::NotVerified(format!("the host says {}", ended.describe())),
            };
            let (host, unit) = (host.clone(), set.run.unit(host));
            Err(RestartError::RevertedBeforeConfirm { host, unit, reverted }.into())
        }
    }
}

/// The member is not back: kept where the trouble is another's, put back and proved where it may be
/// its own, or left to its host where that is out of reach.
async fn give_up<N: Instance>(
    set: &mut SetRun<'_, '_, N>,
    round: &Round,
    host: &HostName,
    was: Was<'_>,
    last: LastSeen,
) -> Result<(), Failure> {
    // No other set begins anything while this one is in trouble.
    set.run.halt();
    if let Some(node) = set.run.node(host)
        && let Err(source) = node.held().await
    {
        return Err(set.unknown(host, "the restart", source));
    }
    if let Some(innocent) = innocent(set, host, was).await {
        confirmed(set, round, host).await?;
        return Err(innocent.keep(set, host, &last));
    }
    let log = log_of(set, host).await;
    match put_back(set, round, host).await {
        Ok(reverted) => {
            let (host, unit) = (host.clone(), set.run.unit(host));
            let waited = last.after;
            Err(RestartError::NotBack { host, unit, waited, last, log, reverted }.into())
        }
        Err(source) => Err(set.unknown(host, "the way back", source)),
    }
}

/// A drain may have outlived the facts on which the stop was allowed; then they are read again.
async fn still_allowed<N: Instance>(
    set: &SetRun<'_, '_, N>,
    round: &Round,
    host: &HostName,
) -> Result<bool, Failure> {
    if round.survey.is_fresh() {
        return Ok(true);
    }
    let survey = set.survey().await?;
    let Some(member) = set.run.membership.member(host) else { return Ok(false) };
    let is_primary = |survey: &crate::steps::survey::Survey| {
        let set = survey.set_of(member)?;
        set.primary().map(|(name, _)| name == member)
    };
    let may_stop =
        survey.set_of(member).is_some_and(|it| it.may_stop(member, set.run.limits()).is_ok());
    let same = is_primary(&survey) == is_primary(&round.survey);
    Ok(same && survey.is_fresh() && may_stop)
}

fn returned<N: Instance>(
    set: &mut SetRun<'_, '_, N>,
    host: &HostName,
    started: Instant,
    back: Ready,
    life: Incarnation,
) {
    set.state.proofs.proved(host);
    set.state.lives.insert(host.clone(), life);
    set.run.emit(Event::Restarted {
        host: host.clone(),
        unit: set.run.unit(host),
        state: back.state,
        took: started.elapsed(),
        lag: back.lag,
    });
}

/// The server's own words, for the error.
pub(super) async fn log_of<N: Instance>(set: &SetRun<'_, '_, N>, host: &HostName) -> Vec<String> {
    match set.run.node(host) {
        Some(node) => node.log_since_mark().await,
        None => Vec::new(),
    }
}
