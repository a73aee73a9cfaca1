//! The step: one member of one set is proved first, then all sets are worked on side by side.
//!
//! A file, a certificate or a server that is not as it should be shows at the first member, before any other
//! set is begun. Between two mode levels both are legal for every pair of processes, so the boundary of a step
//! is the barrier, and inside a step the sets need not wait for each other.

use crate::plan::model::Direction;
use futures_util::future::join_all;
use tokio::{sync::Semaphore, time::Instant};

use super::{
    POLL,
    advance::{Advance, Patience, Shared, advance},
    decide::{Decision, barrier, decide, has_trailing_file},
    gate,
    goal::Goal,
    round::Round,
    set_run::SetRun,
    state::TlsModeState,
};
use crate::{
    instance::Instance,
    name::{HostName, SetName},
    steps::{
        error::{Failure, Paused},
        run::Run,
        survey::Survey,
    },
};

/// Carries out one step. A survey taken just now may be handed in, and the last one is handed on:
/// it is looked at again only if it is not fresh any more.
pub async fn step<N: Instance>(
    run: &Run<'_, N>,
    state: &mut TlsModeState,
    goal: &Goal,
    survey: Option<Survey>,
) -> Result<Survey, Vec<Failure>> {
    let mut survey = survey;
    loop {
        match lead(run, state, goal, survey.take()).await.map_err(|failure| vec![failure])? {
            Lead::Met(survey) => return Ok(survey),
            Lead::FirstProved => side_by_side(run, state, goal).await?,
        }
    }
}

/// How the beginning of a step ended.
enum Lead {
    /// Every set is where the step wants it.
    Met(Survey),
    /// The first member is proved, and there is more than one set.
    FirstProved,
}

/// Works on one set after the other, all of them looked at, until the step's first member is proved.
async fn lead<N: Instance>(
    run: &Run<'_, N>,
    state: &mut TlsModeState,
    goal: &Goal,
    mut survey: Option<Survey>,
) -> Result<Lead, Failure> {
    let (marked, mut patience) = (Shared::marks(), Patience::default());
    loop {
        let survey = match survey.take().filter(Survey::is_fresh) {
            Some(survey) => survey,
            None => run.survey().await?,
        };
        if let Err(blocked) = gate::everybody_answers(run, &survey) {
            gate::wait_or_fail(run, blocked, &mut patience.waiting)?;
            tokio::time::sleep(POLL).await;
            continue;
        }
        let round = Round::new((run.plan, &run.membership), run.files, goal, survey)?;
        state.states().try_for_each(|set| gate::same_lives(&set.lives, &round.survey))?;
        if let Some(refusal) = barrier(goal, &round.cluster) {
            return Err(refusal.into());
        }
        let next = match next_set(state, goal, &round) {
            Next::Act(_) if state.sets() > 1 && is_first_proved(state, goal, &round) => {
                return Ok(Lead::FirstProved);
            }
            Next::First(name) | Next::Act(name) => name,
            Next::Met => return Ok(Lead::Met(round.survey)),
            Next::Limited(hosts) => return Err(Paused::Limited(hosts).into()),
        };
        let tried = std::mem::take(&mut state.tried);
        let shared = Shared { goal, tried: &tried, marked: &marked };
        let outcome = match state.set(run, &next) {
            Some(mut set) => advance(&mut set, &shared, round.in_hand(&next), &mut patience).await,
            None => Ok(Advance::Again),
        };
        state.tried = tried;
        outcome?;
    }
}

/// The set to work on first.
enum Next {
    /// Before any other.
    First(SetName),
    Act(SetName),
    Met,
    Limited(Vec<HostName>),
}

fn next_set(state: &TlsModeState, goal: &Goal, round: &Round) -> Next {
    let trailing = |name: &SetName| has_trailing_file(goal, &round.cluster.of_set(name));
    let sets = round.cluster.sets();
    if let Some(name) = sets.iter().find(|name| trailing(name)) {
        return Next::First(name.clone());
    }
    let mut left_out = Vec::new();
    for name in sets {
        match decide(goal, &round.cluster.of_set(&name), &state.proofs(&name)) {
            Decision::Met => {}
            Decision::Limited(hosts) => left_out.extend(hosts),
            _ => return Next::Act(name),
        }
    }
    if left_out.is_empty() { Next::Met } else { Next::Limited(left_out) }
}

fn is_first_proved(state: &TlsModeState, goal: &Goal, round: &Round) -> bool {
    round.cluster.members.iter().any(|now| {
        let arrived = match goal.way {
            Direction::Up => now.running == goal.mode,
            Direction::Down => now.running == now.wanted,
        };
        arrived && state.is_proved(&now.host)
    })
}

/// Works on all sets at once, as many as the plan allows. Where one is in trouble the others bring what they
/// have in hand to its proved end and begin nothing more.
async fn side_by_side<N: Instance>(
    run: &Run<'_, N>,
    state: &mut TlsModeState,
    goal: &Goal,
) -> Result<(), Vec<Failure>> {
    let (marked, room) = (Shared::marks(), Semaphore::new(run.plan.parallelism.sets.max(1)));
    let (sets, tried) = state.split(run);
    let shared = Shared { goal, tried, marked: &marked };
    let climbs = sets.into_iter().map(|mut set| {
        let (room, shared) = (&room, &shared);
        async move {
            let _permit = room.acquire().await;
            let climbed = climb(&mut set, shared).await;
            if climbed.is_err() {
                set.run.halt();
            }
            climbed
        }
    });
    let mut failures: Vec<Failure> = Vec::new();
    for failure in join_all(climbs).await.into_iter().filter_map(Result::err) {
        let known = failures.iter().any(|known| known.to_string() == failure.to_string());
        if !known {
            failures.push(failure);
        }
    }
    if failures.is_empty() { Ok(()) } else { Err(failures) }
}

/// Works on one set until the step is met there, as far as `--limit` lets it, or another set is in trouble.
async fn climb<N: Instance>(
    set: &mut SetRun<'_, '_, N>,
    shared: &Shared<'_>,
) -> Result<(), Failure> {
    let (run, mut patience) = (set.run, Patience::default());
    loop {
        let nothing_open = set.state.proofs.owed().is_empty();
        if run.is_halted() && nothing_open {
            return Ok(());
        }
        let survey = set.survey().await?;
        if let Err(blocked) = gate::everybody_answers(run, &survey) {
            gate::wait_or_fail(run, blocked, &mut patience.waiting)?;
            tokio::time::sleep(POLL).await;
            continue;
        }
        let round = Round::new((run.plan, &run.membership), run.files, shared.goal, survey)?;
        gate::same_lives(&set.state.lives, &round.survey)?;
        match advance(set, shared, round, &mut patience).await? {
            Advance::Again => {}
            Advance::SettleReport => return Ok(()),
        }
    }
}

/// The last look of a run: a plan is met on a cluster that is well, or it is not met.
pub async fn end_well<N: Instance>(
    run: &Run<'_, N>,
    state: &TlsModeState,
    mut survey: Survey,
) -> Result<(), Failure> {
    let mut waiting: Option<Instant> = None;
    loop {
        state.states().try_for_each(|set| gate::same_lives(&set.lives, &survey))?;
        match gate::all_well(run, &survey) {
            Ok(()) => return Ok(()),
            Err(_) if run.options.cancel.is_asked() => return Err(Paused::Signal.into()),
            Err(blocked) => gate::wait_or_fail(run, blocked, &mut waiting)?,
        }
        tokio::time::sleep(POLL).await;
        survey = run.survey().await?;
    }
}
