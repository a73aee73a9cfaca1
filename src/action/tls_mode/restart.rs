//! Restarting one member: drained, with its new file, and back by proof or put back.

use tokio::time::Instant;

use super::{
    POLL,
    back::{ComeBack, come_back},
    drain::drain,
    put_back::put_back,
    step::Round,
    write::announce,
};
use crate::{
    cluster::back::Back,
    engine::{context::Run, failure::Failure, goal::Goal},
    event::Event,
    member::{
        error::{NodeError, Outcome},
        node::{Life, Node},
    },
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
    run.working(host, "waiting for its clients to finish");
    let drained = drain(run, node).await;
    if !still_allowed(run, round, host).await? {
        drained.undo(run).await;
        return Ok(());
    }
    let before = look.unit.life.clone();
    let change = round.wanted.change(host);
    run.working(host, format!("restarting {}", run.plan.mongodb.service));
    let started = Instant::now();
    if let Err(error) = node.restart(change).await
        && !happened(run, node, &before, error).await?
    {
        drained.undo(run).await;
        return Ok(());
    }
    run.changed += 1;
    if change.is_some() {
        announce(run, round, host);
    }
    let wait = ComeBack { host, before: &before, mode: goal.mode, started, round };
    match come_back(run, wait).await {
        Ok(back) => {
            returned(run, host, started, back);
            Ok(())
        }
        Err(last) => {
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
    let set = survey.set_of(member).unwrap_or_default();
    let primary = set.primary().map(|(name, _)| name == member);
    let was_primary =
        round.survey.set_of(member).and_then(|set| set.primary().map(|(name, _)| name == member));
    Ok(primary == was_primary && set.may_stop(member, run.limits()).is_ok())
}

/// A request whose outcome is not known: the host is looked at until it tells. A restart that did
/// happen is waited for like any other; one that did not is decided on anew.
async fn happened<N: Node>(
    run: &Run<'_, N>,
    node: &N,
    before: &Life,
    error: NodeError,
) -> Result<bool, Failure> {
    let host = node.host();
    if error.outcome == Outcome::NotDone {
        return Err(Failure::of_act(host, "the restart", run.begun(), error));
    }
    let since = Instant::now();
    let mut last = error;
    while since.elapsed() < run.start_timeout() {
        run.working(host, "the connection was lost; looking whether the restart happened");
        match node.unit().await {
            Ok(unit) => return Ok(&unit.life != before),
            Err(error) => last = error,
        }
        tokio::time::sleep(POLL).await;
    }
    Err(Failure::Unknown { host: host.clone(), doing: "the restart", source: last })
}

fn returned<N: Node>(run: &mut Run<'_, N>, host: &HostName, started: Instant, back: Back) {
    run.proofs.proved(host);
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
