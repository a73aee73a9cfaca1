//! The gate before each act: the whole cluster well, on fresh facts, or no act.
//!
//! Some things that are not well pass by themselves: an election, a heartbeat, a member that was
//! restarted a moment ago. Those are waited for, within a limit; the rest stops the run at once.

use std::{collections::BTreeMap, time::Duration};

use tokio::time::Instant;

use super::{
    decide::{Decision, at_runtime},
    descend::is_above,
    error::{NotReadyError, TlsModeError},
    goal::{Goal, MemberNow},
    round::Round,
    set_run::SetRun,
};
use crate::{
    cluster::health::NotNow,
    event::Task,
    host::unit::Incarnation,
    instance::{Instance, Service, look::Activity},
    name::{HostName, MemberName},
    plan::model::Direction,
    steps::{
        error::{Failure, list},
        run::Run,
        survey::Survey,
    },
};

/// How long a passing trouble is waited for when nothing was restarted lately.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);
/// How often facts may be too old in a row.
const MOST_SLOW: usize = 5;

/// What stands in the way of the next act.
pub(super) struct Blocked {
    /// What was to be done, for the message.
    doing: String,
    /// The host it was to be done on, where it is one.
    host: Option<HostName>,
    why: NotNow,
    detail: Option<String>,
    /// How long to wait for it at most.
    patience: Duration,
}

/// A server that does not answer blocks everything, also the decision.
pub(super) fn everybody_answers<N: Instance>(
    run: &Run<'_, N>,
    survey: &Survey,
) -> Result<(), Blocked> {
    let Some((host, error)) = survey.silent() else { return Ok(()) };
    let member = run.membership.member(host).cloned();
    let why = NotNow::Silent(member.unwrap_or_else(|| MemberName::new(host.as_str())));
    let detail = Some(error.chain());
    let (doing, host) = ("the next step".to_owned(), Some(host.clone()));
    Err(Blocked { doing, host, why, detail, patience: patience(run, survey) })
}

/// Whether everybody answers and every set is healthy.
pub(super) fn all_well<N: Instance>(run: &Run<'_, N>, survey: &Survey) -> Result<(), Blocked> {
    everybody_answers(run, survey)?;
    units_run(run, survey).and_then(|()| survey.healthy(run.limits())).map_err(|why| {
        let (doing, patience) = ("the end of the run".to_owned(), patience(run, survey));
        Blocked { doing, host: None, why, detail: None, patience }
    })
}

/// Members that were proved after a restart must still be in the same life: a process that dies
/// minutes later would otherwise take the next one with it.
pub(super) fn same_lives(
    lives: &BTreeMap<HostName, Incarnation>,
    survey: &Survey,
) -> Result<(), Failure> {
    let other = lives
        .iter()
        .find(|(host, life)| survey.look(host).is_some_and(|look| &look.unit.life != *life));
    other
        .map_or(Ok(()), |(host, _)| Err(TlsModeError::RestartedSince { host: host.clone() }.into()))
}

/// Facts that are too old again and again: the hosts are too slow to be worked on safely.
pub(super) fn too_slow(survey: &Survey, times: &mut usize) -> Result<(), Failure> {
    *times += 1;
    if *times < MOST_SLOW {
        return Ok(());
    }
    let (why, waited) = (NotNow::Slow(survey.at.elapsed()), survey.at.elapsed());
    let doing = "the next step".to_owned();
    Err(NotReadyError { doing, why, waited, detail: None }.into())
}

/// A unit that somebody else is starting or stopping makes every stop of ours one too many. One that
/// began its life while it was looked at may have answered in its old one.
fn units_run<N: Instance>(run: &Run<'_, N>, survey: &Survey) -> Result<(), NotNow> {
    let asked = survey.at.elapsed();
    let busy = survey.looks.iter().find(|(_, look)| {
        let young = look.unit.age.is_some_and(|age| age <= asked);
        look.unit.activity != Activity::Active || young
    });
    busy.map_or(Ok(()), |(host, _)| {
        let member = run.membership.member(host).cloned();
        Err(NotNow::UnitBusy(member.unwrap_or_else(|| MemberName::new(host.as_str()))))
    })
}

/// A host that may act by itself at any moment: whatever comes next waits for the end of that.
fn nobody_armed<N: Instance>(run: &Run<'_, N>, survey: &Survey) -> Result<(), NotNow> {
    let armed = survey.looks.iter().find(|(_, look)| look.switch.is_some());
    armed.map_or(Ok(()), |(host, _)| {
        let member = run.membership.member(host).cloned();
        Err(NotNow::Armed(member.unwrap_or_else(|| MemberName::new(host.as_str()))))
    })
}

/// Whether the decided act may be done now.
pub(super) fn check<N: Instance>(
    set: &SetRun<'_, '_, N>,
    goal: &Goal,
    round: &Round,
    decision: &Decision,
) -> Result<(), Blocked> {
    let survey = &round.survey;
    let limits = set.run.limits();
    let verdict = match decision {
        // Each member that this step will stop is asked about before the first one goes down: a
        // set that cannot do without one of them is not begun.
        Decision::Restart(_) => due(set, goal, round).iter().try_for_each(|host| {
            in_set(set.run, survey, host, |set, member| set.may_stop(member, limits))
        }),
        Decision::StepDown(host) => {
            in_set(set.run, survey, host, |set, member| set.may_step_down(member, limits))
        }
        // A proof is what shows that the cluster is not well; it must not wait for it to be.
        Decision::Verify(_) => Ok(()),
        _ => survey.healthy(limits),
    };
    let verdict = match decision {
        Decision::Verify(_) => verdict,
        _ => verdict
            .and_then(|()| units_run(set.run, survey))
            .and_then(|()| nobody_armed(set.run, survey)),
    };
    verdict.and_then(|()| survey.healthy(limits).or_else(|why| spare(decision, why))).map_err(
        |why| {
            let (doing, patience) = (words(decision), patience(set.run, survey));
            Blocked { doing, host: first_host(decision), why, detail: None, patience }
        },
    )
}

fn due<N: Instance>(set: &SetRun<'_, '_, N>, goal: &Goal, round: &Round) -> Vec<HostName> {
    let stops = |now: &&MemberNow| {
        let moves = match goal.way {
            Direction::Up => now.running < goal.mode && !at_runtime(goal, now),
            Direction::Down => is_above(now),
        };
        moves && set.run.options.limit.includes(&now.host)
    };
    round.set.members.iter().filter(stops).map(|now| now.host.clone()).collect()
}

fn first_host(decision: &Decision) -> Option<HostName> {
    match decision {
        Decision::Restart(host) | Decision::StepDown(host) => Some(host.clone()),
        Decision::Write(hosts) | Decision::SetMode(hosts) => hosts.first().cloned(),
        _ => None,
    }
}

/// Waits on, or gives up.
pub(super) fn wait_or_fail<N: Instance>(
    run: &Run<'_, N>,
    blocked: Blocked,
    waiting: &mut Option<Instant>,
) -> Result<(), Failure> {
    let since = *waiting.get_or_insert_with(Instant::now);
    let waited = since.elapsed();
    if blocked.why.passes() && waited < blocked.patience {
        let host = blocked.host.as_ref().or_else(|| run.nodes.first().map(Service::host));
        if let Some(host) = host {
            run.working(host, Task::AwaitingSet { blocked_by: blocked.why.to_string() });
        }
        return Ok(());
    }
    let Blocked { doing, why, detail, .. } = blocked;
    Err(NotReadyError { doing, why, waited, detail }.into())
}

fn spare(decision: &Decision, why: NotNow) -> Result<(), NotNow> {
    match decision {
        Decision::Verify(_) => Ok(()),
        _ => Err(why),
    }
}

fn in_set<N: Instance>(
    run: &Run<'_, N>,
    survey: &Survey,
    host: &HostName,
    rule: impl FnOnce(&crate::cluster::health::SetView, &MemberName) -> Result<(), NotNow>,
) -> Result<(), NotNow> {
    let silent = || NotNow::Silent(MemberName::new(host.as_str()));
    let member = run.membership.member(host).ok_or_else(silent)?;
    rule(survey.set_of(member).ok_or_else(silent)?, member)
}

fn patience<N: Instance>(run: &Run<'_, N>, survey: &Survey) -> Duration {
    let young = survey.youngest().is_some_and(|age| age < run.longest_start());
    if young { run.longest_start().max(PATIENCE) } else { PATIENCE }
}

pub(super) fn words(decision: &Decision) -> String {
    match decision {
        Decision::Restart(host) => format!("the restart of `{host}`"),
        Decision::StepDown(host) => format!("the step-down of `{host}`"),
        Decision::SetMode(hosts) => {
            format!("setParameter on {}", list(hosts))
        }
        Decision::Write(hosts) => {
            format!("writing the files of {}", list(hosts))
        }
        _ => "the next step".to_owned(),
    }
}
