//! Promise C7 with real processes: several at once, and one that is killed at any moment.

use std::{
    env,
    io::{self, BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
};

use tlsplan::{
    engine::journal::{Came, Journal},
    event::{Begin, Recorder},
    journal::{Environment, RunJournal, RunSummary, Runs, StateDir},
};

use crate::memory::intend;

/// How a child is told where to write, and as which run.
const PLACE: &str = "TLSPLAN_TEST_STATE";
const RUN: &str = "TLSPLAN_TEST_RUN";

fn runs(state: &Path) -> Runs {
    StateDir::find(Some(state), &Environment::default()).unwrap().make_runs().unwrap()
}

/// The child: acts until it is killed, and says the number of each intent that was granted.
#[test]
#[ignore = "a child of the other tests here"]
fn acts_for_ever() {
    let (Some(state), Ok(run)) = (env::var_os(PLACE), env::var(RUN)) else { return };
    let begin = Begin::here("rs0", Path::new("/plans/rs0.toml"));
    let recorder = Arc::new(Recorder::default());
    let journal = RunJournal::create(&runs(Path::new(&state)), &run, &begin, &recorder).unwrap();
    loop {
        let ticket = intend(&journal, "db1", "restart").unwrap();
        writeln!(io::stdout(), "granted {}", ticket.number()).unwrap();
        journal.outcome(ticket, &Came::Done);
    }
}

fn child(state: &Path, run: &str) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "crashes::acts_for_ever", "--ignored", "--nocapture"])
        .env(PLACE, state)
        .env(RUN, run)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Waits until the child has been granted so many acts, kills it, and gives all numbers it said.
fn killed_after(mut child: Child, acts: usize) -> Vec<u64> {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut granted = Vec::new();
    for line in lines {
        granted.extend(line.strip_prefix("granted ").and_then(|number| number.parse::<u64>().ok()));
        if granted.len() == acts {
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    granted
}

#[test]
fn a_run_that_is_killed_leaves_at_most_its_last_act_open() {
    let directory = tempfile::tempdir().unwrap();
    for acts in 1..=12_usize {
        let run = format!("20261126T0100{acts:02}Z-0a1b2c3d");
        let granted = killed_after(child(directory.path(), &run), acts);
        let journal = std::fs::read(runs(directory.path()).journal(&run)).unwrap();
        let summary = RunSummary::read(journal.as_slice(), |_| true).unwrap().unwrap();
        let last = *granted.last().unwrap();
        assert!(summary.open.iter().all(|left| left.number >= last), "{:?}", summary.open);
        assert!(summary.open.len() <= 1);
    }
}

#[test]
fn two_runs_at_once_have_a_journal_each() {
    let directory = tempfile::tempdir().unwrap();
    let names = ["20261126T010000Z-aaaaaaaa", "20261126T010000Z-bbbbbbbb"];
    let children = names.map(|run| child(directory.path(), run));
    for (child, run) in children.into_iter().zip(names) {
        assert!(killed_after(child, 20).len() >= 20);
        let journal = std::fs::read(runs(directory.path()).journal(run)).unwrap();
        let summary = RunSummary::read(journal.as_slice(), |_| true).unwrap().unwrap();
        assert!(summary.open.iter().all(|left| left.run == run));
    }
    assert_eq!(runs(directory.path()).newest_first().unwrap().len(), 2);
}
