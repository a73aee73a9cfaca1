//! One round in one set: decide, hold the preconditions, act.

use tokio::{sync::OnceCell, time::Instant};

use futures_util::future::join_all;

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
    set_run::SetRun,
    state::Tried,
    step_down::step_down,
    verify::verify,
    write::write,
};
use crate::{
    instance::{Instance, Service},
    steps::error::Failure,
};

/// What the sets of a step share.
pub(super) struct Shared<'s> {
    pub(super) goal: &'s Goal,
    pub(super) tried: &'s Tried,
    /// Whether the ends of the servers' logs were remembered: errors quote what came after.
    pub(super) marked: &'s OnceCell<()>,
}

impl Shared<'_> {
    /// No log's end is remembered yet.
    pub(super) fn marks() -> OnceCell<()> {
        OnceCell::new()
    }
}

/// How long a set has been waited for, and how often it was too slow.
#[derive(Default)]
pub(super) struct Patience {
    pub(super) waiting: Option<Instant>,
    slow: usize,
}

/// Whether the set is done with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Advance {
    /// Look again.
    Again,
    /// The step is met there, or what is left is not for this run.
    SettleReport,
}

/// Does the next thing in a set, if it may be done now.
pub(super) async fn advance<N: Instance>(
    set: &mut SetRun<'_, '_, N>,
    shared: &Shared<'_>,
    round: Round,
    patience: &mut Patience,
) -> Result<Advance, Failure> {
    let (run, goal) = (set.run, shared.goal);
    let decision = decide(goal, &round.set, &set.state.proofs);
    if let Some(end) = ending(&decision) {
        return end;
    }
    if run.is_halted() && !matches!(decision, Decision::Verify(_)) {
        return Ok(Advance::SettleReport);
    }
    may_begin(set, &decision)?;
    let turn = match &decision {
        Decision::Restart(host) => run.turn(host).map(Some),
        _ => Some(None),
    };
    // A member of another set is restarted on the same machine.
    let Some(_turn) = turn else {
        tokio::time::sleep(POLL).await;
        return Ok(Advance::Again);
    };
    if let Err(blocked) = gate::check(set, goal, &round, &decision) {
        gate::wait_or_fail(run, blocked, &mut patience.waiting)?;
        tokio::time::sleep(POLL).await;
        return Ok(Advance::Again);
    }
    patience.waiting = None;
    run.hold().await?;
    let mark = || async { drop(join_all(run.nodes.iter().map(Service::mark_log)).await) };
    shared.marked.get_or_init(mark).await;
    prove(run, shared, &round, &decision).await?;
    rehearse(run, shared, &round, &decision).await?;
    by_tls(run, shared, &decision).await?;
    if !round.survey.is_fresh() {
        // Canaries and slow hosts take their time; what was seen before is not acted on.
        gate::too_slow(&round.survey, &mut patience.slow)?;
        return Ok(Advance::Again);
    }
    // Another set may have come into trouble meanwhile.
    if run.is_halted() && !matches!(decision, Decision::Verify(_)) {
        return Ok(Advance::SettleReport);
    }
    patience.slow = 0;
    act(set, goal, &round, decision).await.map(|()| Advance::Again)
}

fn ending(decision: &Decision) -> Option<Result<Advance, Failure>> {
    match decision {
        Decision::Met | Decision::Limited(_) => Some(Ok(Advance::SettleReport)),
        Decision::Refuse(refusal) => Some(Err(refusal.clone().into())),
        _ => None,
    }
}

async fn act<N: Instance>(
    set: &mut SetRun<'_, '_, N>,
    goal: &Goal,
    round: &Round,
    decision: Decision,
) -> Result<(), Failure> {
    match decision {
        Decision::Write(hosts) => write(set, round, &hosts).await,
        Decision::Restart(host) => restart(set, goal, round, &host).await,
        Decision::StepDown(host) => step_down(set, &host).await,
        Decision::SetMode(hosts) => set_mode(set, goal, round, &hosts).await,
        Decision::Verify(hosts) => verify(set, goal, round, &hosts).await,
        Decision::Met | Decision::Limited(_) | Decision::Refuse(_) => Ok(()),
    }
}
