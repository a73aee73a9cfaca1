//! Many stories, on all processors: those of a range of seeds, and those of every moment at which
//! the controller can die.

use std::{
    env,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    thread,
    time::Instant,
};

use crate::{
    cells::{cell_named, play},
    fault::Fault,
    runner::{Report, Trace, run},
    story::{Story, Wait},
};

/// So many stories in the tests of every day.
const USUAL: usize = 240;
/// So many failures are shown.
const SHOWN: usize = 12;

/// A story that broke something.
type Broken = (String, Vec<String>);

pub(crate) fn number(variable: &str) -> Option<usize> {
    env::var(variable).ok()?.parse().ok()
}

/// Whether more is wanted than on ordinary days.
pub(crate) fn is_thorough() -> bool {
    number("TLSPLAN_RUNS").is_some_and(|runs| runs > USUAL)
}

fn try_to_run(name: String, run: impl FnOnce() -> Report) -> Result<Report, Broken> {
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(report) if report.broken.is_empty() => Ok(report),
        Ok(report) => Err((name, report.broken)),
        Err(_) => Err((name, vec!["a panic".to_owned()])),
    }
}

/// Runs them all, on all processors, and shows what broke.
pub(crate) fn play_all<S: Sync>(
    what: &str,
    stories: &[S],
    name: impl Fn(&S) -> String + Sync,
    run: impl Fn(&S) -> Report + Sync,
) {
    let (started, next) = (Instant::now(), AtomicUsize::new(0));
    let (runs, broken) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let enough = number("TLSPLAN_ENOUGH").unwrap_or(usize::MAX);
    let work = || {
        while let Some(story) = stories.get(next.fetch_add(1, Relaxed)) {
            if broken.lock().unwrap().len() >= enough {
                return;
            }
            match try_to_run(name(story), || run(story)) {
                Ok(report) => _ = runs.fetch_add(report.runs, Relaxed),
                Err(failure) => broken.lock().unwrap().push(failure),
            }
        }
    };
    thread::scope(|scope| (0..threads).for_each(|_| _ = scope.spawn(work)));
    let took = started.elapsed().as_secs_f64();
    let (stories, runs) = (stories.len(), runs.into_inner());
    println!("{what}: {stories} stories, {runs} runs in {took:.1}s");
    show(&broken.into_inner().unwrap(), stories);
}

fn show(broken: &[Broken], stories: usize) {
    for (name, lines) in broken.iter().take(SHOWN) {
        println!("{}", lines.join("\n"));
        println!(
            "  again: TLSPLAN_SEED={name} cargo test --test simulation one_seed -- --nocapture\n"
        );
    }
    assert!(broken.is_empty(), "{} of {stories} stories broke a promise", broken.len());
}

fn run_all(what: &str, stories: &[Story]) {
    play_all(what, stories, |story| story.name.clone(), |story| run(story, Trace::None));
}

#[test]
fn many_seeds() {
    let count = number("TLSPLAN_RUNS").unwrap_or(USUAL);
    let first = number("TLSPLAN_FIRST").unwrap_or(0);
    let stories: Vec<_> = (first..first + count).map(|seed| Story::of(seed as u64)).collect();
    run_all("seeds", &stories);
}

/// promise: C1
#[test]
fn the_controller_may_die_at_any_moment() {
    deaths("deaths", 1, 1);
}

/// promise: C1. On ordinary days one act of twelve.
#[test]
fn the_controller_of_two_sets_may_die_at_any_moment() {
    deaths("deaths beside two sets", 2, if is_thorough() { 1 } else { 12 });
}

/// Of the acts of a run each `one_of`th.
fn deaths(what: &str, sets: usize, one_of: usize) {
    let report = run(&Story::plain_sets(sets, 1), Trace::None);
    assert_eq!(report.broken, Vec::<String>::new());
    let (legs, acts) = report.legs;
    let acts: Vec<_> = acts.into_iter().step_by(one_of).collect();
    let every = if is_thorough() { 3 } else { 97 * one_of };
    let moments = (1..=legs).filter(|leg| leg % every == 0 || acts.contains(leg));
    let stories: Vec<_> = moments
        .flat_map(|leg| {
            let waits = [Wait::No, Wait::PastTheDeadline];
            let faults = [Fault::ControllerDies, Fault::ControllerVanishes];
            let all = waits.into_iter().flat_map(move |wait| faults.map(|fault| (wait, fault)));
            // On ordinary days each moment gets one of the four.
            let some = all.enumerate().filter(move |(way, _)| is_thorough() || leg % 4 == *way);
            some.map(move |(_, (wait, fault))| Story::death(sets, leg, fault, wait))
        })
        .collect();
    assert!(!stories.is_empty());
    run_all(what, &stories);
}

/// Runs the story that `TLSPLAN_SEED` names.
#[test]
fn one_seed() {
    let Ok(name) = env::var("TLSPLAN_SEED") else { return };
    let report = match (cell_named(&name), Story::named(&name)) {
        (Some(way), _) => play(&way, Trace::Full),
        (None, Some(story)) => run(&story, Trace::Full),
        (None, None) => panic!("`{name}` is no story"),
    };
    println!("{}\n{}\n{:?} after {} runs", report.story, report.state, report.first, report.runs);
    assert!(report.broken.is_empty(), "{}", report.broken.join("\n"));
}
