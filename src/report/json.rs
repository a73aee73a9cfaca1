//! JSON lines on standard output, as `docs/events.md` documents them.

use std::io;

use serde::Serialize;

use super::{messages, output::Output, settings::Verbosity, stream::Stream};
use crate::{
    error::Exit,
    event::{Event, Record},
};

/// The output for programs.
pub(super) struct Json {
    out: Stream,
    /// Where the last words go when standard output cannot take them.
    err: Stream,
    verbosity: Verbosity,
}

/// A record, and what a person would read of it.
#[derive(Serialize)]
struct Printed<'a> {
    #[serde(flatten)]
    record: &'a Record,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

impl Json {
    pub(super) fn new(out: Stream, err: Stream, verbosity: Verbosity) -> Self {
        Self { out, err, verbosity }
    }
}

impl Output for Json {
    fn record(&mut self, record: &Record) {
        if self.verbosity == Verbosity::Quiet && !is_worth_a_mail(&record.event) {
            return;
        }
        let text = messages::line(&record.event).map(|line| line.fact);
        // Our own types have string keys and no failing parts, so there is always a line.
        if let Ok(line) = serde_json::to_string(&Printed { record, text }) {
            self.out.write(&format!("{line}\n"));
        }
    }

    fn pause(&mut self) {}

    fn resume(&mut self) {}

    fn finish(&mut self, _exit: Exit) -> Option<io::Error> {
        let failure = self.out.take_failure();
        if failure.is_some() {
            std::mem::swap(&mut self.out, &mut self.err);
        }
        failure
    }
}

/// What also those want to read who want to read of failures only.
fn is_worth_a_mail(event: &Event) -> bool {
    match event {
        Event::Finished { exit, .. } => *exit != Exit::Converged,
        Event::Error(_) => true,
        _ => false,
    }
}
