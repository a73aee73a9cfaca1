//! Runs a story and judges what came of it.

use std::{sync::Arc, time::Duration};

use tlsplan::{cluster::mode::TlsMode, error::Exit, plan::Plan};
use tokio::time::sleep;

use crate::{
    controller::{End, carry_out},
    fault::Fault,
    fault_plan::FaultPlan,
    model::{Line, Power, Shared, World},
    plan::plan,
    recorder::Recorder,
    repair::{repair, start_what_is_down},
    story::{Story, Wait},
};

/// Longer than any switch and the way back after it.
pub(crate) const PAST: Duration = Duration::from_secs(190);
/// So often a repaired set may need another run.
const MOST_RUNS: usize = 4;

/// What came of a story.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) runs: usize,
    pub(crate) legs: (usize, Vec<usize>),
    pub(crate) first: Option<Exit>,
    pub(crate) broken: Vec<String>,
    pub(crate) story: String,
    /// The hosts at the end.
    pub(crate) state: String,
}

/// Whether what happens is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trace {
    None,
    Full,
}

/// Runs it in a runtime of its own, whose clock stands still unless somebody waits.
pub(crate) fn run(story: &Story, trace: Trace) -> Report {
    run_with(run_story(story, trace))
}

pub(crate) fn run_with(running: impl Future<Output = Report>) -> Report {
    let builder = &mut tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_time().start_paused(true).build().unwrap();
    runtime.block_on(running)
}

/// A set as the story wants it.
pub(crate) fn setup(story: &Story, trace: Trace) -> (Shared, Plan) {
    let world = Shared::of(&story.shapes, &story.modes, story.seed);
    {
        let mut world = world.lock();
        world.sets.iter_mut().for_each(|set| set.writer.every = story.writes);
        world.hosts.iter_mut().for_each(|host| host.unit.policy = story.policy);
        if trace == Trace::Full {
            world.start_trace();
            world.note(|| format!("{story:?}"));
        }
    }
    let sizes: Vec<_> = story.shapes.iter().map(|shape| shape.slots().len()).collect();
    (world, plan(&sizes))
}

async fn run_story(story: &Story, trace: Trace) -> Report {
    let (world, plan) = setup(story, trace);
    let fault_plan =
        Arc::new(FaultPlan::new(story.trigger, story.fault, story.mishaps, story.seed));
    let mut report = Report { runs: 1, ..Report::default() };
    let end = carry_out(&world, &plan, Arc::clone(&fault_plan), &Recorder::default()).await;
    report.legs = fault_plan.legs();
    report.first = end.exit();
    judge_end(&world, story, &end);
    if story.wait == Wait::PastTheDeadline {
        sleep(PAST).await;
        judge_rest(&world, story, &end);
    }
    heal(&world, story.fault).await;
    report.runs += converges(&world, &plan).await;
    let mut world = world.lock();
    judge_stall(&mut world, story);
    report.broken = world.broken.clone();
    world.story().clone_into(&mut report.story);
    report.state = world.state();
    report
}

/// A person repairs what no run can.
pub(crate) async fn heal(world: &Shared, fault: Fault) {
    repair(&mut world.lock());
    let person = fault.needs_a_person();
    if person {
        start_what_is_down(&mut world.lock());
        sleep(Duration::from_secs(20)).await;
    }
    // A host that is off comes back by itself.
    while world.lock().hosts.iter().any(|host| host.power == Power::Off) {
        sleep(Duration::from_secs(1)).await;
    }
}

/// promises: C1, C8. Run again until it is done, and then once more.
pub(crate) async fn converges(world: &Shared, plan: &Plan) -> usize {
    let mut ends = Vec::new();
    for _ in 0..MOST_RUNS {
        let end = carry_out(world, plan, Arc::new(FaultPlan::none()), &Recorder::default()).await;
        let exit = end.exit();
        ends.push(end);
        if exit == Some(Exit::Converged) {
            break;
        }
        sleep(Duration::from_secs(35)).await;
    }
    if ends.last().and_then(End::exit) != Some(Exit::Converged) {
        world.lock().broken("C1", format!("no convergence: {ends:?}"));
        return ends.len();
    }
    judge_whole(world).await;
    let before = world.lock().changes;
    let again = carry_out(world, plan, Arc::new(FaultPlan::none()), &Recorder::default()).await;
    let mut world = world.lock();
    if !matches!(again, End::Exited(Exit::Converged, _, 0)) || world.changes != before {
        world.broken("C8", format!("a second run ended with {again:?}"));
    }
    ends.len() + 1
}

/// The plan is met, and the set is well.
async fn judge_whole(world: &Shared) {
    let sets = |world: &World| world.sets.iter().map(|set| set.writer.acknowledged).collect();
    let acknowledged: Vec<_> = sets(&world.lock());
    sleep(Duration::from_secs(11)).await;
    let mut world = world.lock();
    if !world.is_whole() {
        world.broken("C1", "the set is not whole after a run that converged".to_owned());
    }
    for index in 0..world.hosts.len() {
        let host = &world.hosts[index];
        let (file, running) = (host.file_mode(), host.running());
        let left = host.switches.open.is_some() || host.lease.is_some();
        let lost = host.slot.bears_data() && !host.log.holds(acknowledged[host.set]);
        if file != Some(TlsMode::Require) || running != Some(TlsMode::Require) {
            world.broken("C1", format!("db{} has {file:?} and runs in {running:?}", index + 1));
        }
        if left {
            world.broken("B6", format!("something is left on db{}", index + 1));
        }
        if lost {
            world.broken("A3", format!("db{} lacks what was acknowledged", index + 1));
        }
    }
}

/// What the exit says has to be so.
pub(crate) fn judge_end(world: &Shared, story: &Story, end: &End) {
    let mut world = world.lock();
    let Some(exit) = end.exit() else { return };
    let settled = matches!(exit, Exit::Converged | Exit::PartWay | Exit::PutBack | Exit::Refused);
    for index in 0..world.hosts.len() {
        let host = &world.hosts[index];
        let open = host.switches.open.as_ref();
        let ours = open.is_some_and(|open| !open.id.as_str().starts_with("earlier"));
        let reachable = host.line == Line::Up && host.power == Power::On;
        if settled && host.ours.is_some() && !story.fault.needs_a_person() {
            world.broken("A4", format!("{exit:?}, and db{} is down because of us", index + 1));
        } else if settled && reachable && ours {
            world.broken("C3", format!("{exit:?}, and db{} is armed", index + 1));
        }
    }
    if exit == Exit::Bug {
        world.broken("E2", format!("a bug: {end:?}"));
    }
}

/// promise: C2. Left alone, every host is well after its deadline.
fn judge_rest(world: &Shared, story: &Story, end: &End) {
    let mut world = world.lock();
    for index in 0..world.hosts.len() {
        let host = &world.hosts[index];
        if host.switches.open.is_some() {
            world.broken("C2", format!("db{} is still armed after {end:?}", index + 1));
        } else if !host.answers_well() && !story.fault.needs_a_person() {
            world
                .broken("C2", format!("db{} is not well when left alone after {end:?}", index + 1));
        }
    }
}

/// promise: A3. An election is all that writers wait for.
fn judge_stall(world: &mut World, story: &Story) {
    let bound = match story.fault {
        Fault::Nothing | Fault::Signal | Fault::WindowCloses => Duration::from_secs(4),
        Fault::ControllerDies | Fault::ControllerVanishes => Duration::from_secs(12),
        _ => return,
    };
    let waited = world.sets.iter().map(|set| set.writer.longest);
    let longest = waited.max().unwrap_or_default();
    if story.mishaps == 0 && longest > bound {
        world.broken("A3", format!("writers waited for {:.1}s", longest.as_secs_f64()));
    }
}
