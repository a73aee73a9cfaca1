//! The journal of the run that is at work.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use super::{error::JournalError, runs::Runs, storage::Storage, writer::Writer};
use crate::{
    engine::journal::{self, Came, Journal, Ticket},
    error::{Cause, Exit},
    event::{ActResult, Begin, Event, Intent, Outcome, Reader, Record, Recorder, RunResult, Sink},
    name::HostName,
};

/// The journal of a run: it emits intents and outcomes, and what passes its recorder is written down.
pub struct RunJournal {
    path: PathBuf,
    recorder: Arc<Recorder>,
    state: Arc<Mutex<State>>,
    acts: Mutex<Acts>,
}

/// What is written, and what of it the last line needs.
struct State {
    writer: Writer,
    made: Made,
    stage: Stage,
}

/// Whether the run did something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Made {
    Nothing,
    Something,
}

/// Whether the last line is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    AtWork,
    Ended,
}

/// The intents of the run.
#[derive(Default)]
struct Acts {
    last: u64,
    /// The hosts of those that wait for an outcome.
    open: BTreeMap<u64, HostName>,
}

/// The journal as a reader of the stream, for as long as the journal is there.
struct JournalTee(Weak<Mutex<State>>);

impl RunJournal {
    /// Begins the journal of a run in a directory of its own. Its first line is on disk when this
    /// returns; where it cannot be, nothing is left behind.
    pub fn create(
        runs: &Runs,
        run: &str,
        begin: &Begin,
        recorder: &Arc<Recorder>,
    ) -> Result<Self, JournalError> {
        let (path, file) = runs.create(run)?;
        let journal = Self::begin(Box::new(file), path, run, begin, recorder);
        if journal.is_err() {
            runs.take_back(run);
        }
        journal
    }

    /// Begins a journal in any storage; `path` is what errors call it.
    pub fn begin(
        storage: Box<dyn Storage>,
        path: PathBuf,
        run: &str,
        begin: &Begin,
        recorder: &Arc<Recorder>,
    ) -> Result<Self, JournalError> {
        let writer = Writer::new(storage);
        let state = State { writer, made: Made::Nothing, stage: Stage::AtWork };
        let (state, recorder) = (Arc::new(Mutex::new(state)), Arc::clone(recorder));
        recorder.begin_run(run);
        recorder.attach(Box::new(JournalTee(Arc::downgrade(&state))));
        recorder.emit(Event::RunStarted(begin.clone()));
        let journal = Self { path, recorder, state, acts: Mutex::default() };
        journal.writable().map(|()| journal)
    }

    /// Writes the last line.
    pub fn end(&self, exit: Exit) {
        let result = match (exit, self.state().made) {
            (Exit::Converged, Made::Nothing) => RunResult::Noop,
            (Exit::Converged, Made::Something) => RunResult::Converged,
            _ => RunResult::Stopped,
        };
        self.recorder.emit(Event::RunEnded { exit, result });
    }

    fn writable(&self) -> Result<(), JournalError> {
        match self.state().writer.broken() {
            None => Ok(()),
            Some(source) => Err(JournalError::Write { path: self.path.clone(), source }),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn acts(&self) -> MutexGuard<'_, Acts> {
        self.acts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// What is only shown while it lasts is left out. A failure stays with the writer.
    fn record(&mut self, record: &Record) {
        match &record.event {
            _ if self.stage == Stage::Ended => return,
            Event::Working { .. } | Event::Waiting { .. } => return,
            Event::Intent(_) | Event::StepFinished { changed: 1.., .. } => {
                self.made = Made::Something;
            }
            Event::RunEnded { .. } => self.stage = Stage::Ended,
            _ => {}
        }
        self.writer.write(record);
    }
}

impl Reader for JournalTee {
    fn record(&mut self, record: &Record) {
        if let Some(state) = self.0.upgrade() {
            state.lock().unwrap_or_else(PoisonError::into_inner).record(record);
        }
    }
}

impl Sink for RunJournal {
    fn emit(&self, event: Event) {
        self.recorder.emit(event);
    }
}

impl Journal for RunJournal {
    fn intent(&self, intent: &journal::Intent<'_>) -> Result<Ticket, Cause> {
        let number = {
            let mut acts = self.acts();
            acts.last += 1;
            let number = acts.last;
            acts.open.extend(intent.host.map(|host| (number, host.clone())));
            number
        };
        let (host, act, detail) =
            (intent.host.cloned(), intent.act.to_owned(), intent.detail.clone());
        self.recorder.emit(Event::Intent(Intent { number, host, act, detail }));
        self.writable().map(|()| Ticket::new(number)).map_err(Cause::new)
    }

    fn outcome(&self, ticket: Ticket, came: &Came) {
        let of = ticket.number();
        let host = self.acts().open.remove(&of);
        let (result, reason) = match came {
            Came::Done => (ActResult::Done, None),
            Came::NotDone(why) => (ActResult::NotDone, Some(why.clone())),
            Came::Unknown(why) => (ActResult::Unknown, Some(why.clone())),
        };
        self.recorder.emit(Event::Outcome(Outcome { of, host, result, reason }));
    }

    fn trouble(&self) -> Option<Cause> {
        self.writable().err().map(Cause::new)
    }
}
