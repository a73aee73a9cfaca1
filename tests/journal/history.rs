//! What the next run is told of the ones before it.

use std::{fs, path::Path, sync::Arc};

use tlsplan::{
    engine::journal::{Came, Journal},
    error::{Designed, Exit},
    event::{Begin, Event, Recorder, Sink},
    journal::{Environment, History, JournalError, RunJournal, Runs, StateDir},
};

use crate::memory::{intend, play};

const PLAN: &str = "/plans/rs0.toml";

struct State(tempfile::TempDir);

impl State {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn runs(&self) -> Runs {
        let state = StateDir::find(Some(self.0.path()), &Environment::default()).unwrap();
        state.make_runs().unwrap()
    }

    fn begin(&self, minute: usize, plan: &str) -> RunJournal {
        let begin = Begin::here("rs0", Path::new(plan));
        let recorder = Arc::new(Recorder::default());
        RunJournal::create(&self.runs(), &run(minute), &begin, &recorder).unwrap()
    }

    /// What is open, as "host: act".
    fn left(&self) -> Vec<String> {
        let history = History::of(&self.runs(), Path::new(PLAN)).unwrap();
        let words = |left: tlsplan::journal::OpenIntent| {
            let why = left.why.map(|why| format!(" ({why})")).unwrap_or_default();
            format!("{}: {}{why}", left.host.unwrap(), left.what)
        };
        history.open.into_iter().map(words).collect()
    }
}

fn run(minute: usize) -> String {
    format!("20261126T{:02}{:02}00Z-0a1b2c3d", minute / 60, minute % 60)
}

#[test]
fn what_a_run_left_open_is_told_until_another_one_converges() {
    let state = State::new();
    assert!(state.left().is_empty());
    play(&state.begin(1, PLAN));
    let open = ["db3: restart mongod (the connection broke)", "db4: restart mongod"];
    assert_eq!(state.left(), open);
    let second = state.begin(2, PLAN);
    let ticket = intend(&second, "db1", "write").unwrap();
    drop(second);
    drop(ticket);
    assert_eq!(state.left(), ["db1: write mongod", open[0], open[1]]);
    // It did not get far: what was open before is open still.
    state.begin(3, PLAN).end(Exit::Unreachable);
    assert_eq!(state.left().len(), 3);
    state.begin(4, PLAN).end(Exit::Converged);
    assert!(state.left().is_empty());
}

#[test]
fn other_plans_and_runs_at_work_are_left_out() {
    let state = State::new();
    play(&state.begin(1, "/plans/rs1.toml"));
    let at_work = state.begin(2, PLAN);
    let ticket = intend(&at_work, "db1", "restart").unwrap();
    assert!(state.left().is_empty());
    at_work.outcome(ticket, &Came::Unknown("it was killed".to_owned()));
    drop(at_work);
    assert_eq!(state.left(), ["db1: restart mongod (it was killed)"]);
}

#[test]
fn a_last_line_that_is_torn_is_said_and_left_out() {
    let state = State::new();
    play(&state.begin(1, PLAN));
    let journal = state.runs().journal(&run(1));
    let bytes = fs::read(&journal).unwrap();
    fs::write(&journal, &bytes[..bytes.len() - 1]).unwrap();
    let history = History::of(&state.runs(), Path::new(PLAN)).unwrap();
    assert_eq!((history.open.len(), history.torn), (2, vec![journal]));
}

#[test]
fn damage_is_refused_with_the_way_out() {
    let state = State::new();
    play(&state.begin(1, PLAN));
    let journal = state.runs().journal(&run(1));
    let mut bytes = fs::read(&journal).unwrap();
    let second = bytes.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    bytes[second + 20] ^= 1;
    fs::write(&journal, bytes).unwrap();
    let error = History::of(&state.runs(), Path::new(PLAN)).unwrap_err();
    assert_eq!(error.exit(), Exit::State);
    assert_eq!(error.to_string(), format!("the journal `{}` is damaged", journal.display()));
    let JournalError::Damaged { damage, .. } = &error else { panic!("{error:?}") };
    assert_eq!(damage.line, 2);
    // The hint is followed to the letter.
    let (_, command) = error.hints().remove(0).rsplit_once(": ").map(own).unwrap();
    let moved = std::process::Command::new("sh").args(["-c", &command]).status().unwrap();
    assert!(moved.success(), "{command}");
    assert!(state.left().is_empty());
}

fn own((before, after): (&str, &str)) -> (String, String) {
    (before.to_owned(), after.to_owned())
}

#[test]
fn damage_before_a_run_that_converged_is_nobodys_business() {
    let state = State::new();
    fs::create_dir(state.runs().journal(&run(1)).parent().unwrap()).unwrap();
    fs::write(state.runs().journal(&run(1)), "not\na\njournal\n").unwrap();
    assert!(History::of(&state.runs(), Path::new(PLAN)).is_err());
    state.begin(2, PLAN).end(Exit::Converged);
    assert!(state.left().is_empty());
}

#[test]
fn the_newest_runs_are_kept_and_those_with_something_open() {
    let state = State::new();
    play(&state.begin(0, PLAN));
    for minute in 1..9 {
        state.begin(minute, PLAN).end(Exit::Converged);
    }
    let runs = state.runs();
    let directory = |minute| runs.journal(&run(minute)).parent().unwrap().to_owned();
    fs::write(directory(1).join("notes.txt"), "mine").unwrap();
    fs::write(runs.journal(&run(2)), "not\na\njournal\n").unwrap();
    let at_work = fs::File::open(runs.journal(&run(3))).unwrap();
    at_work.lock().unwrap();
    fs::remove_file(runs.journal(&run(4))).unwrap();
    runs.prune(2);
    let kept: Vec<String> = [8, 7, 3, 2, 1, 0].map(run).into();
    assert_eq!(runs.newest_first().unwrap(), kept);
    assert!(directory(1).join("notes.txt").exists());
    runs.prune(100);
    assert_eq!(runs.newest_first().unwrap(), kept);
}

#[test]
fn a_run_without_a_change_ends_as_noop() {
    let state = State::new();
    let last = |minute| {
        let text = fs::read_to_string(state.runs().journal(&run(minute))).unwrap();
        text.lines().last().unwrap().to_owned()
    };
    state.begin(1, PLAN).end(Exit::Converged);
    assert!(last(1).contains(r#""event":"run_ended","exit":0,"result":"noop""#), "{}", last(1));
    let second = state.begin(2, PLAN);
    let (name, took) = (String::new(), std::time::Duration::ZERO);
    second.emit(Event::StepFinished { number: 1, name, changed: 2, took });
    second.end(Exit::Converged);
    assert!(last(2).contains(r#""exit":0,"result":"converged""#), "{}", last(2));
    let third = state.begin(3, PLAN);
    third.end(Exit::Refused);
    assert!(last(3).contains(r#""exit":78,"result":"stopped""#), "{}", last(3));
}
