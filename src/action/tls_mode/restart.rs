//! Restarting one member: drained, with its new file, and back by proof or put back.

use tokio::time::Instant;

use super::{
    back::{ComeBack, come_back},
    drain::drain,
    put_back::put_back,
    sent::{Sent, send},
    sources::send_away,
    step::Round,
};
use crate::{
    cluster::back::Back,
    engine::{context::Run, failure::Failure, goal::Goal},
    event::Event,
    member::node::{Life, Node},
    name::HostName,
};

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
    send_away(run, round, host).await;
    run.working(host, "waiting for its clients to finish");
    let drained = drain(run, node).await;
    let started = Instant::now();
    let sent = match still_allowed(run, round, host).await {
        Ok(true) if !run.orders.cancel.is_asked() => send(run, round, host).await,
        Ok(_) => Ok(Sent::Not),
        Err(failure) => Err(failure),
    };
    // Every way out that leaves the old process running gives it its own sleep back.
    match sent {
        Ok(Sent::Yes) => {}
        Ok(Sent::Not) => {
            drained.undo(run).await;
            return Ok(());
        }
        Err(failure) => {
            drained.undo(run).await;
            return Err(failure);
        }
    }
    let before = look.unit.life.clone();
    let wait = ComeBack { host, before: &before, mode: goal.mode, started, round };
    match come_back(run, wait).await {
        Ok((back, life)) => {
            returned(run, host, started, back, life);
            Ok(())
        }
        Err(last) => {
            if let Some((_, source)) = run.lost().await {
                return Err(Failure::Unknown { host: host.clone(), doing: "the restart", source });
            }
            let log = log_of(run, host).await;
            let way_back = put_back(run, round, host).await;
            let (host, unit) = (host.clone(), run.plan.mongodb.service.clone());
            let waited = last.after;
            Err(Failure::NotBack { host, unit, waited, last, log, way_back })
        }
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
    let is_primary = |survey: &crate::engine::survey::Survey| {
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
    life: Life,
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
