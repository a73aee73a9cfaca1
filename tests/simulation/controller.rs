//! One run of the program as its host machine sees it: hosts taken, plan carried out, hosts given
//! back; and it may die or freeze on the way.

use std::{pin::pin, sync::Arc, time::Duration};

use tlsplan::{
    engine::{
        host_limit::HostLimit,
        journal::Journal,
        run::{Done, run},
        run_options::{Deadline, RunOptions},
    },
    error::{Designed, Exit},
    host::deadman::RevertOutcome,
    name::HostName,
    plan::Plan,
    steps::{error::StepError, plan_run::PlanRun, run::Run},
};
use tokio::time::{Instant, sleep, timeout};

use crate::{
    fault::Fault,
    fault_plan::FaultPlan,
    model::{Controller, Line, OneLine, SessionId, Shared, Sudo, World},
    node::SimulatedNode,
    notes::Notes,
    phase::Phase,
    plan::instance,
    recorder::Recorder,
};

/// No run takes longer, whatever happens: it would hang.
const LONGEST: Duration = Duration::from_secs(3600);
/// A host that is held is asked again for so long.
const PATIENCE: Duration = Duration::from_secs(2);
/// Between two looks whether a promise is broken.
const ENOUGH: Duration = Duration::from_secs(20);
/// How long a controller is frozen: longer than its lease.
const FROST: Duration = Duration::from_secs(45);

/// How a run ended.
#[derive(Debug)]
pub(crate) enum End {
    Died,
    Exited(Exit, String, usize),
}

impl End {
    /// What could not be written down counts as well.
    fn with(self, notes: &Notes) -> Self {
        match (self, notes.trouble()) {
            (Self::Exited(exit, words, changed), Some(_)) => {
                Self::Exited(exit.worst(Exit::State), words, changed)
            }
            (end, _) => end,
        }
    }

    pub(crate) fn exit(&self) -> Option<Exit> {
        match self {
            Self::Died => None,
            Self::Exited(exit, ..) => Some(*exit),
        }
    }
}

/// The end of the maintenance window, where a fault closes it.
struct Window(Arc<FaultPlan>);

impl Deadline for Window {
    fn left(&self) -> Option<Duration> {
        self.0.window().map(|at| at.saturating_duration_since(Instant::now()))
    }
}

pub(crate) fn host(index: usize) -> HostName {
    HostName::new(format!("db{}", index + 1))
}

/// The nodes of a run that has its session.
pub(crate) fn nodes(
    world: &Shared,
    session: SessionId,
    fault_plan: &Arc<FaultPlan>,
) -> Vec<SimulatedNode> {
    let size = world.lock().hosts.len();
    let node = |index| SimulatedNode {
        index,
        host: host(index),
        world: world.clone(),
        session,
        fault_plan: Arc::clone(fault_plan),
        settings: instance(),
    };
    (0..size).map(node).collect()
}

/// Runs the plan once.
pub(crate) async fn carry_out(
    world: &Shared,
    plan: &Plan,
    fault_plan: Arc<FaultPlan>,
    events: &Recorder,
) -> End {
    let number = world.lock().sessions.len() + 1;
    let name = format!("run{number}");
    let session = world.lock().open_session(name.clone());
    // A large future, and many of them: it lives beside the stack.
    let end = Box::pin(under(world, plan, &fault_plan, events, (session, name))).await;
    if let Some(Fault::ControllerVanishes) = fault_plan.vanished() {
        world.lock().sessions[session.0].state = Controller::Dead;
    } else {
        world.lock().close_session(session);
    }
    let mut seen = world.lock();
    judge_told(&mut seen, events, session);
    if end.exit().is_some() {
        seen.judge_in_hand(session);
    }
    seen.note(|| format!("the run ends: {end:?}"));
    end
}

/// promise: C4. What was reported of a host is what the host decided.
fn judge_told(world: &mut World, events: &Recorder, session: SessionId) {
    let run = world.sessions[session.0].run.clone();
    for told in events.restarted() {
        let Some(index) = (0..world.hosts.len()).find(|&index| host(index) == told) else {
            continue;
        };
        let past = &world.hosts[index].switches.past;
        let last = past.iter().rfind(|(id, ..)| id.as_str().starts_with(&run));
        let back = last.is_some_and(|(_, end, _)| {
            matches!(end, RevertOutcome::RolledBack | RevertOutcome::RollbackFailed)
        });
        if back {
            world.broken("C4", format!("{told} was told to be restarted, and has gone back"));
        }
    }
}

async fn under(
    world: &Shared,
    plan: &Plan,
    fault_plan: &Arc<FaultPlan>,
    events: &Recorder,
    (session, run_id): (SessionId, String),
) -> End {
    if let Some(fault) = fault_plan.injects_in(Phase::Lk)
        && fault.inject(world, session, 0, fault_plan)
    {
        return End::Died;
    }
    if let Err(exit) = come_in(world, session).await {
        return End::Exited(exit, "the hosts could not be had".to_owned(), 0);
    }
    let nodes = nodes(world, session, fault_plan);
    let window = Window(Arc::clone(fault_plan));
    let (limit, cancel) = (HostLimit::All, fault_plan.cancel.clone());
    let journal = Notes::of(fault_plan);
    let options = RunOptions { limit, cancel, deadline: &window, run: run_id, journal: &journal };
    let shared = Run::new(plan, (&nodes, &nodes), &OneLine, events, options);
    let mut steps = PlanRun::new(shared, Vec::new());
    let work = run(&mut steps, events);
    let end = match Box::pin(live(world, plan, fault_plan, session, work)).await {
        Some(outcome) => exited(outcome).with(&journal),
        None => return End::Died,
    };
    match fault_plan.injects_in(Phase::Fn) {
        Some(fault) if fault.inject(world, session, 0, fault_plan) => End::Died,
        _ => end,
    }
}

fn exited(outcome: Result<Done, Vec<StepError>>) -> End {
    match outcome {
        Ok(done) => End::Exited(Exit::Converged, String::new(), done.changed),
        Err(failures) => {
            let exit = failures.iter().map(Designed::exit).reduce(Exit::worst);
            let words: Vec<_> = failures.iter().map(chain).collect();
            End::Exited(exit.unwrap_or(Exit::Bug), words.join("; "), 0)
        }
    }
}

fn chain(failure: &StepError) -> String {
    let mut words = failure.to_string();
    let mut cause = std::error::Error::source(failure);
    while let Some(next) = cause {
        words = format!("{words}: {next}");
        cause = next.source();
    }
    words
}

/// Lets the run live, until it ends or dies. While it is frozen another one is at work.
async fn live(
    world: &Shared,
    plan: &Plan,
    fault_plan: &Arc<FaultPlan>,
    session: SessionId,
    work: impl Future<Output = Result<Done, Vec<StepError>>>,
) -> Option<Result<Done, Vec<StepError>>> {
    let mut work = pin!(timeout(LONGEST, work));
    loop {
        tokio::select! {
            biased;
            () = fault_plan.death.notified() => return None,
            () = fault_plan.frost.notified() => {
                world.lock().sessions[session.0].state = Controller::Frozen;
                frozen(world, plan).await;
                world.lock().sessions[session.0].state = Controller::Alive;
                world.lock().note(|| "the frozen controller goes on".to_owned());
            }
            end = &mut work => {
                if end.is_err() {
                    world.lock().broken("E2", "the run does not end".to_owned());
                }
                return end.ok();
            }
            // After a broken promise the run need not go on.
            () = sleep(ENOUGH) => if !world.lock().broken.is_empty() {
                return None;
            }
        }
    }
}

async fn frozen(world: &Shared, plan: &Plan) {
    let until = Instant::now() + FROST;
    sleep(Duration::from_secs(33)).await;
    let events = Recorder::default();
    Box::pin(carry_out(world, plan, Arc::new(FaultPlan::none()), &events)).await;
    tokio::time::sleep_until(until).await;
}

/// Connects, becomes root, and takes every host or none.
async fn come_in(world: &Shared, session: SessionId) -> Result<(), Exit> {
    let size = world.lock().hosts.len();
    for index in 0..size {
        let (line, sudo, hears) = {
            let world = world.lock();
            (world.hosts[index].line, world.hosts[index].sudo, world.hears(index))
        };
        match line {
            Line::OtherKey => return Err(Exit::HostKey),
            _ if hears != (true, true) => {
                sleep(Duration::from_secs(5)).await;
                return Err(Exit::Unreachable);
            }
            _ if sudo == Sudo::Removed => return Err(Exit::Permission),
            _ => {}
        }
    }
    let started = Instant::now();
    for index in 0..size {
        while world.lock().take(session, index).is_err() {
            if started.elapsed() >= PATIENCE {
                return Err(Exit::Locked);
            }
            sleep(Duration::from_millis(200)).await;
        }
    }
    Ok(())
}
