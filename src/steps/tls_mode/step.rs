//! The loop of the step: look, decide, hold the gate, act. It ends when `decide` says so.

use futures_util::future::join_all;
use tokio::time::Instant;

use super::{
    POLL,
    begin::may_begin,
    by_tls::by_tls,
    decide::{Decision, decide},
    gate,
    goal::Goal,
    prove::prove,
    rehearse::rehearse,
    restart::restart,
    round::Round,
    set_mode::set_mode,
    step_down::step_down,
    verify::verify,
    wanted,
    write::write,
};
use crate::{
    instance::node::Node,
    steps::{context::Run, failure::Failure, survey::Survey},
};

/// Carries out one step. A survey taken just now may be handed in, and the last one is handed on:
/// it is looked at again only if it is not fresh any more.
pub async fn step<N: Node>(
    run: &mut Run<'_, N>,
    goal: &Goal,
    mut survey: Option<Survey>,
) -> Result<Survey, Failure> {
    let mut waiting: Option<Instant> = None;
    let (mut logs, mut slow) = (Logs::Unmarked, 0);
    loop {
        let fresh = survey.take().filter(Survey::is_fresh);
        let survey = match fresh {
            Some(survey) => survey,
            None => run.survey().await?,
        };
        let round = match look(run, goal, survey) {
            Ok(round) => round,
            Err(silence) => {
                gate::wait_or_fail(run, silence, &mut waiting)?;
                tokio::time::sleep(POLL).await;
                continue;
            }
        };
        let round = round?;
        gate::same_lives(run, &round.survey)?;
        let decision = decide(goal, &round.cluster, &run.proofs);
        if let Some(end) = ending(&decision) {
            return end.map(|()| round.survey);
        }
        may_begin(run, &decision)?;
        if let Err(blocked) = gate::check(run, goal, &round, &decision) {
            gate::wait_or_fail(run, blocked, &mut waiting)?;
            tokio::time::sleep(POLL).await;
            continue;
        }
        waiting = None;
        run.hold().await?;
        if logs == Logs::Unmarked {
            join_all(run.nodes.iter().map(Node::mark_log)).await;
            logs = Logs::Marked;
        }
        prove(run, goal, &round, &decision).await?;
        rehearse(run, goal, &round, &decision).await?;
        by_tls(run, goal, &decision).await?;
        if !round.survey.is_fresh() {
            // Canaries and slow hosts take their time; what was seen before is not acted on.
            gate::too_slow(run, &round.survey, &mut slow)?;
            continue;
        }
        slow = 0;
        act(run, goal, &round, decision).await?;
    }
}

/// Whether the ends of the servers' logs were remembered: errors quote what came after.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Logs {
    Unmarked,
    Marked,
}

fn ending(decision: &Decision) -> Option<Result<(), Failure>> {
    match decision {
        Decision::Met => Some(Ok(())),
        Decision::Limited(hosts) => Some(Err(Failure::Limited(hosts.clone()))),
        Decision::Refuse(refusal) => Some(Err(Failure::Refused(refusal.clone()))),
        _ => None,
    }
}

/// The outer error is a server that is silent: it may only be on its way back.
fn look<N: Node>(
    run: &Run<'_, N>,
    goal: &Goal,
    survey: Survey,
) -> Result<Result<Round, Failure>, gate::Blocked> {
    gate::everybody_answers(run, &survey)?;
    Ok(wanted::wanted(run, goal, &survey).map(|wanted| {
        let cluster = wanted::cluster(run.plan, &run.membership, &survey, &wanted);
        Round { survey, wanted, cluster }
    }))
}

async fn act<N: Node>(
    run: &mut Run<'_, N>,
    goal: &Goal,
    round: &Round,
    decision: Decision,
) -> Result<(), Failure> {
    match decision {
        Decision::Write(hosts) => write(run, round, &hosts).await,
        Decision::Restart(host) => restart(run, goal, round, &host).await,
        Decision::StepDown(host) => step_down(run, &host).await,
        Decision::SetMode(hosts) => set_mode(run, goal, round, &hosts).await,
        Decision::Verify(hosts) => verify(run, goal, round, &hosts).await,
        Decision::Met | Decision::Limited(_) | Decision::Refuse(_) => Ok(()),
    }
}

/// The last look of a run: a plan is met on a cluster that is well, or it is not met.
pub async fn end_well<N: Node>(run: &Run<'_, N>, mut survey: Survey) -> Result<(), Failure> {
    let mut waiting = None;
    loop {
        gate::same_lives(run, &survey)?;
        match gate::all_well(run, &survey) {
            Ok(()) => return Ok(()),
            Err(_) if run.orders.cancel.is_asked() => {
                return Err(Failure::Stopped { begun: run.begun() });
            }
            Err(blocked) => gate::wait_or_fail(run, blocked, &mut waiting)?,
        }
        tokio::time::sleep(POLL).await;
        survey = run.survey().await?;
    }
}
