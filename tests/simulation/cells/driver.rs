//! Brings every cell about: its fault is injected when the run enters its phase, and then the exit and
//! the hosts have to be as the cell says.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use tlsplan::{cluster::mode::TlsMode, error::Exit};
use tokio::time::sleep;

use super::{Cell, Ending, Shown, faults};
use crate::{
    controller::{End, carry_out},
    fault::Fault,
    fault_plan::{FaultPlan, Leg, Trigger},
    model::{Dice, Shared, World},
    phase::Phase,
    recorder::Recorder,
    runner::{PAST, Report, Trace, converges, heal, judge_end, run_with, setup},
    seeds::{is_thorough, number, play_all},
    story::{Story, some_call},
};

/// Ways in which each cell is brought about, on ordinary days and when time is no matter.
const WAYS: [usize; 2] = [2, 12];

/// One way of one cell.
#[derive(Clone)]
pub(crate) struct Way {
    row: usize,
    phase: Phase,
    number: usize,
    /// So many sets of three.
    sets: usize,
}

/// Cells that are brought about with two sets as well: what ends a run in one of them.
const WITH_TWO_SETS: [(usize, Phase); 8] = [
    (1, Phase::Cm),
    (3, Phase::Vf),
    (4, Phase::Cm),
    (4, Phase::Vf),
    (8, Phase::Sd),
    (9, Phase::Ar),
    (13, Phase::Cm),
    (16, Phase::Vf),
];

impl Way {
    pub(crate) fn name(&self) -> String {
        format!("cell:{}:{}:{}:{}", self.row, self.phase, self.number, self.sets)
    }
}

/// From the name of a story: `cell:4:VF:7:1`, the last one the number of sets.
pub(crate) fn cell_named(name: &str) -> Option<Way> {
    let mut parts = name.strip_prefix("cell:")?.split(':');
    let row = parts.next()?.parse().ok()?;
    let phase = parts.next()?;
    let phase = Phase::ALL.into_iter().find(|it| it.to_string() == phase)?;
    let (number, sets) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Some(Way { row, phase, number, sets })
}

fn story(way: &Way, injects: &[Fault]) -> Story {
    let mut dice = Dice::new((way.row * 1000 + way.phase as usize * 100 + way.number) as u64);
    let fault = injects[way.number % injects.len()];
    let leg = dice.pick(&[Leg::Before, Leg::Midway, Leg::After]);
    let nth = some_call(way.phase, &mut dice);
    let trigger = Trigger::Phase(way.phase, nth, leg);
    Story { name: way.name(), fault, trigger, ..Story::plain_sets(way.sets, dice.roll()) }
}

pub(crate) fn play(way: &Way, trace: Trace) -> Report {
    let faults = faults();
    let row = faults.iter().find(|fault| fault.row == way.row).unwrap();
    let cell = &row.at[&way.phase];
    let story = story(way, &row.injects(cell));
    run_with(played(&story, cell, trace))
}

async fn played(story: &Story, cell: &Cell, trace: Trace) -> Report {
    let (world, mut plan) = setup(story, trace);
    if story.fault == Fault::AnotherLags {
        plan.rules.max_lag = Duration::from_secs(2);
    }
    let fault_plan = Arc::new(FaultPlan::new(story.trigger, story.fault, 0, story.seed));
    let end = carry_out(&world, &plan, Arc::clone(&fault_plan), &Recorder::default()).await;
    let mut report = Report { runs: 1, first: end.exit(), ..Report::default() };
    match fault_plan.met() {
        Some((host, ..)) => {
            judge_end(&world, story, &end);
            judge_exit(&world, cell, &end);
            judge_hosts(&world, cell, story, host).await;
        }
        None => world.lock().broken("cell", "the fault was never injected".to_owned()),
    }
    heal(&world, story.fault).await;
    report.runs += converges(&world, &plan).await;
    let world = world.lock();
    report.broken = world.broken.clone();
    world.story().clone_into(&mut report.story);
    report.state = world.state();
    report
}

fn judge_exit(world: &Shared, cell: &Cell, end: &End) {
    let code = end.exit().map(Exit::code);
    let good = code.map_or(cell.exits.is_empty(), |code| cell.exits.contains(&code));
    if !good {
        let words = format!("{:?} is expected, and {end:?} came", cell.exits);
        world.lock().broken("exit", words);
    }
}

async fn judge_hosts(world: &Shared, cell: &Cell, story: &Story, host: usize) {
    if cell.end == Ending::HostHeals {
        sleep(PAST).await;
    }
    let mut world = world.lock();
    if let Some(words) = unexpected(&world, cell.end, story, host) {
        let (host, end) = (host + 1, cell.end);
        world.broken("end", format!("{end:?} is expected, and db{host} {words}"));
    }
}

fn unexpected(world: &World, end: Ending, story: &Story, host: usize) -> Option<String> {
    let it = &world.hosts[host];
    let everybody = || world.hosts.iter();
    match end {
        Ending::Any | Ending::Person => None,
        Ending::Untouched => {
            let touched = everybody().any(|it| it.writes + it.restarts > 0);
            (touched || world.set_parameters > 0).then(|| "or another was touched".to_owned())
        }
        Ending::Stopped => (!it.in_service() && story.fault != Fault::MemberFrozen)
            .then(|| "does not serve".to_owned()),
        Ending::PutBack => (it.file_mode() != Some(TlsMode::Disabled) || !it.in_service())
            .then(|| format!("has `{}`, in service: {}", it.file.trim(), it.in_service())),
        Ending::HostHeals => {
            let sick = everybody().position(|it| !it.answers_well() || it.switches.open.is_some());
            sick.map(|sick| format!("or db{} is not well when left alone", sick + 1))
        }
        Ending::Done => {
            let all = everybody().all(|it| it.running() == Some(TlsMode::Require));
            (!all).then(|| "or another is not at requireTLS".to_owned())
        }
    }
}

#[test]
fn every_cell_of_the_simulation_is_as_the_table_says() {
    let (mut ways, count) = (Vec::new(), WAYS[usize::from(is_thorough())]);
    for fault in faults() {
        for (&phase, cell) in &fault.at {
            if cell.shown == Shown::Simulation {
                let row = fault.row;
                let two = WITH_TWO_SETS.contains(&(row, phase));
                for sets in 1..=1 + usize::from(two) {
                    ways.extend((0..count).map(|number| Way { row, phase, number, sets }));
                }
            }
        }
    }
    if number("TLSPLAN_HISTOGRAM").is_some() {
        return histogram(&ways);
    }
    play_all("cells", &ways, Way::name, |way| play(way, Trace::None));
}

/// For people who fill the table: what each cell ends with, and what of it the cell does not name.
fn histogram(ways: &[Way]) {
    let mut seen: BTreeMap<(usize, Phase), BTreeMap<String, Vec<usize>>> = BTreeMap::new();
    for way in ways {
        let report = play(way, Trace::None);
        let exit = report.first.map_or("dead".to_owned(), |exit| exit.code().to_string());
        let broken = report.broken.first().map(|line| line.chars().take(150).collect::<String>());
        let words = format!("{exit} {}", broken.unwrap_or_default());
        seen.entry((way.row, way.phase)).or_default().entry(words).or_default().push(way.number);
    }
    for ((row, phase), ends) in seen {
        println!("{row} {phase}: {ends:?}");
    }
}
