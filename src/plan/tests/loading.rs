//! Loads a text as a plan, in a directory with a few files beside it.

use std::{
    fs,
    io::{self, Write},
    sync::{Arc, Mutex},
};

use crate::{
    event::{self, Event, Sink},
    plan::{InvalidPlan, Plan, load},
    report::{Reporter, Settings},
};

/// What a plan needs at least, after the lines under test.
pub(super) const REST: &str = "[hosts.db1]\n[[steps]]\ntls_mode = \"allowTLS\"\n";

pub(super) fn load_text(text: impl AsRef<[u8]>) -> Result<Plan, InvalidPlan> {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("ca.pem"), "a certificate").unwrap();
    fs::write(directory.path().join("latin1.hbs"), b"\xe4").unwrap();
    let path = directory.path().join("plan.toml");
    fs::write(&path, text).unwrap();
    load(&path)
}

/// Each problem as "line:column message", with its help after a bar.
pub(super) fn complaints(text: &str) -> Vec<String> {
    let Err(problems) = load_text(text) else { return Vec::new() };
    let shown = problems.iter().map(|problem| {
        let (line, column) = problem.position().unwrap_or_default();
        let help = problem.help.as_ref().map(|help| format!(" | {help}")).unwrap_or_default();
        format!("{line}:{column} {}{help}", problem.message)
    });
    shown.collect()
}

/// Asserts that a text has exactly one problem, which begins like this.
pub(super) fn assert_one(text: &str, expected: &str) {
    let found = complaints(text);
    let one = found.len() == 1 && found.first().is_some_and(|one| one.starts_with(expected));
    assert!(one, "\n{text}\nexpected: {expected}\n   found: {found:#?}");
}

/// What a person sees of the problems.
pub(super) fn shown(problems: &InvalidPlan) -> String {
    let err = Captured::default();
    let report = Reporter::writing_to(Settings::default(), io::sink(), err.clone(), None);
    let told = problems.iter().map(event::Problem::from).collect();
    report.emit(Event::Problems { problems: told });
    report.error(problems);
    String::from_utf8(err.0.lock().unwrap().clone()).unwrap()
}

/// Keeps what is written.
#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
