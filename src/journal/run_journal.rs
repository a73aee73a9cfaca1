//! The journal of the run that is at work.

use std::{
    collections::BTreeMap,
    io,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use serde_json::{Value, json};

use super::{
    data::{Begin, End, Ending, IntentData, Mark, OutcomeData, value},
    error::JournalError,
    line::{Kind, Place},
    paper::Paper,
    pen::{Pen, Settle},
    runs::Runs,
};
use crate::{
    engine::journal::{Came, Intent, Journal, Ticket},
    error::{Cause, Designed, Exit, chain},
    event::Event,
    name::HostName,
};

/// Writes the journal of a run. Shared by reference; a line is written by one caller at a time.
pub struct RunJournal {
    path: PathBuf,
    run: String,
    desk: Mutex<Desk>,
}

struct Desk {
    pen: Pen,
    /// The plan's step that is at work.
    step: Option<usize>,
    made: Made,
    /// The hosts of the intents that wait for an outcome.
    open: BTreeMap<u64, HostName>,
}

/// Whether the run did something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Made {
    Nothing,
    Something,
}

impl RunJournal {
    /// Begins the journal of a run in a directory of its own. Its first line is on disk when this
    /// returns; where it cannot be, nothing is left behind.
    pub fn create(runs: &Runs, run: &str, begin: &Begin) -> Result<Self, JournalError> {
        let (path, file) = runs.create(run)?;
        let journal = Self::begin(Box::new(file), path, run, begin);
        if journal.is_err() {
            runs.take_back(run);
        }
        journal
    }

    /// Begins a journal on any paper; `path` is what errors call it.
    pub fn begin(
        paper: Box<dyn Paper>,
        path: PathBuf,
        run: &str,
        begin: &Begin,
    ) -> Result<Self, JournalError> {
        let pen = Pen::new(paper);
        let desk = Desk { pen, step: None, made: Made::Nothing, open: BTreeMap::new() };
        let journal = Self { path, run: run.to_owned(), desk: Mutex::new(desk) };
        let first = value(Mark::Begin(begin.clone()));
        let written = journal.write(&mut journal.desk(), Kind::Note, None, first, Settle::Now);
        let _ = written.map_err(|source| journal.unwritable(source))?;
        Ok(journal)
    }

    /// Notes an event, without waiting for the disk. What is only shown while it lasts is left out.
    pub fn event(&self, event: &Event) {
        let mut desk = self.desk();
        match event {
            Event::Working { .. } | Event::Waiting { .. } => return,
            Event::StepStarted { number, .. } => desk.step = Some(*number),
            Event::StepFinished { changed: 1.., .. } => desk.made = Made::Something,
            _ => {}
        }
        let data = value(event);
        let host = data.get("host").and_then(Value::as_str).map(HostName::new);
        // A failure stays with the pen, for `trouble`.
        let _ = self.write(&mut desk, Kind::Note, host.as_ref(), data, Settle::Later);
        if matches!(event, Event::StepFinished { .. }) {
            desk.step = None;
        }
    }

    /// Notes an error that the run ends with.
    pub fn error(&self, error: &dyn Designed) {
        let (message, exit) = (chain(error), error.exit().code());
        let data = json!({ "error": { "message": message, "hints": error.hints(), "exit": exit } });
        let _ = self.write(&mut self.desk(), Kind::Note, None, data, Settle::Later);
    }

    /// Writes the last line.
    pub fn end(&self, exit: Exit) {
        let mut desk = self.desk();
        let came = match (exit, desk.made) {
            (Exit::Converged, Made::Nothing) => Ending::Noop,
            (Exit::Converged, Made::Something) => Ending::Converged,
            _ => Ending::Stopped,
        };
        let last = value(Mark::End(End { exit: exit.code(), came }));
        let _ = self.write(&mut desk, Kind::Note, None, last, Settle::Now);
    }

    fn write(
        &self,
        desk: &mut Desk,
        kind: Kind,
        host: Option<&HostName>,
        data: Value,
        settle: Settle,
    ) -> Result<u64, Arc<io::Error>> {
        let place = Place { run: &self.run, host, step: desk.step };
        desk.pen.write(kind, place, data, settle)
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn unwritable(&self, source: Arc<io::Error>) -> JournalError {
        JournalError::Write { path: self.path.clone(), source }
    }
}

impl Journal for RunJournal {
    fn intent(&self, intent: &Intent<'_>) -> Result<Ticket, Cause> {
        let mut desk = self.desk();
        let data = IntentData { act: intent.act.to_owned(), detail: intent.detail.clone() };
        let written = self.write(&mut desk, Kind::Intent, intent.host, value(data), Settle::Now);
        let number = written.map_err(|source| Cause::new(self.unwritable(source)))?;
        desk.made = Made::Something;
        desk.open.extend(intent.host.map(|host| (number, host.clone())));
        Ok(Ticket::new(number))
    }

    fn outcome(&self, ticket: Ticket, came: &Came) {
        let mut desk = self.desk();
        let host = desk.open.remove(&ticket.number());
        let data = value(OutcomeData::new(ticket.number(), came));
        let _ = self.write(&mut desk, Kind::Outcome, host.as_ref(), data, Settle::Now);
    }

    fn trouble(&self) -> Option<Cause> {
        let broken = self.desk().pen.broken()?;
        Some(Cause::new(self.unwritable(broken)))
    }
}
