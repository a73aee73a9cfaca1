//! A journal in memory, in storage that can fail, and what a reader makes of its bytes.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use tlsplan::{
    engine::journal::{Came, Intent, Journal, Ticket},
    error::Exit,
    event::{ActResult, Begin, Event, Outcome, Recorder, Sink, Warning},
    journal::{Damage, JournalError, Line, Lines, Next, OpenIntent, RunJournal, Storage},
    name::HostName,
};

pub(crate) const RUN: &str = "20261126T010000Z-0a1b2c3d";

/// Bytes that outlive the journal.
#[derive(Clone, Default)]
pub(crate) struct Memory(Arc<Mutex<Vec<u8>>>);

impl Memory {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap().clone()
    }

    /// A journal that begins here.
    pub(crate) fn journal(&self) -> RunJournal {
        begin(Box::new(self.clone())).unwrap()
    }
}

pub(crate) fn begin(storage: Box<dyn Storage>) -> Result<RunJournal, JournalError> {
    let begin = Begin::here("rs0", Path::new("/plans/rs0.toml"));
    let recorder = Arc::new(Recorder::default());
    RunJournal::begin(storage, PathBuf::from("journal.jsonl"), RUN, &begin, &recorder)
}

impl Storage for Memory {
    fn append(&mut self, line: &[u8]) -> io::Result<()> {
        self.0.lock().unwrap().extend_from_slice(line);
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }
}

pub(crate) fn intend(
    journal: &RunJournal,
    host: &str,
    act: &'static str,
) -> Result<Ticket, tlsplan::error::Cause> {
    let host = HostName::new(host);
    journal.intent(&Intent { host: Some(&host), act, detail: "mongod".to_owned() })
}

/// A run with an act that is done, one that is not, one that is not known, and one that stays open.
/// Gives the numbers of the intents that were granted.
pub(crate) fn play(journal: &RunJournal) -> Vec<u64> {
    let mut granted = Vec::new();
    let outcomes = [
        Some(Came::Done),
        Some(Came::NotDone("it is busy".to_owned())),
        Some(Came::Unknown("the connection broke".to_owned())),
        None,
    ];
    journal.emit(Event::StepStarted { number: 1, of: 1, name: "accept TLS".to_owned() });
    for (came, host) in outcomes.into_iter().zip(["db1", "db2", "db3", "db4"]) {
        let Ok(ticket) = intend(journal, host, "restart") else { continue };
        granted.push(ticket.number());
        let warning = Warning::EarlierRunUnfinished;
        journal.emit(Event::Warning { host: Some(HostName::new(host)), warning });
        if let Some(came) = came {
            journal.outcome(ticket, &came);
        }
    }
    journal.end(Exit::Unknown);
    granted
}

/// How a reader leaves a journal.
#[derive(Debug)]
pub(crate) enum End {
    Whole,
    Torn,
    Damaged(Damage),
}

/// Everything that a reader takes, and how it ends.
pub(crate) fn read(bytes: &[u8]) -> (Vec<Line>, End) {
    let (mut lines, mut taken) = (Lines::new(bytes), Vec::new());
    loop {
        match lines.read().unwrap() {
            Next::Line(line) => taken.push(*line),
            Next::End => return (taken, End::Whole),
            Next::Torn => return (taken, End::Torn),
            Next::Damaged(damage) => return (taken, End::Damaged(damage)),
        }
    }
}

/// What these lines leave open, thought out once more: the number of each act, and whether it ended
/// as not known.
pub(crate) fn open(lines: &[Line]) -> BTreeMap<u64, bool> {
    let mut open = BTreeMap::new();
    for line in lines {
        match &line.record.event {
            Event::Intent(intent) => drop(open.insert(intent.number, false)),
            Event::Outcome(Outcome { of, result: ActResult::Unknown, .. }) => {
                open.insert(*of, true);
            }
            Event::Outcome(outcome) => drop(open.remove(&outcome.of)),
            _ => {}
        }
    }
    open
}

/// The same of what a summary says.
pub(crate) fn said(open: &[OpenIntent]) -> BTreeMap<u64, bool> {
    open.iter().map(|open| (open.number, open.why.is_some())).collect()
}
