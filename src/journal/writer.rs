//! Writes one line after the other, each numbered and tied to the one before.
//!
//! After a failure nothing is written any more. The line may be there in part, and a line after that
//! would make a journal that is torn into one that is damaged. And what a failed sync has dropped is
//! not brought to disk by the next one that succeeds.

use std::{io, sync::Arc};

use super::{
    checksum::Checksum,
    clock::Clock,
    line::{Link, encode},
    storage::Storage,
};
use crate::event::{Event, Record};

/// The end of a journal.
pub(super) struct Writer {
    storage: Box<dyn Storage>,
    clock: Clock,
    seq: u64,
    last: Checksum,
    broken: Option<Arc<io::Error>>,
}

/// When a line has to be on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Durability {
    /// Before anything else is done.
    Now,
    /// With the next line that has to be.
    Later,
}

impl Durability {
    /// What an event needs: the next run reads intents, outcomes, the first line and the last.
    pub(super) const fn for_event(event: &Event) -> Self {
        match event {
            Event::Intent(_)
            | Event::Outcome(_)
            | Event::RunStarted(_)
            | Event::RunEnded { .. } => Self::Now,
            _ => Self::Later,
        }
    }
}

impl Writer {
    /// For a journal that is empty yet.
    pub(super) fn new(storage: Box<dyn Storage>) -> Self {
        let (clock, last) = (Clock::start(), Checksum::none());
        Self { storage, clock, seq: 0, last, broken: None }
    }

    /// Writes a record as a line. A failure is remembered, see [`Writer::broken`].
    pub(super) fn write(&mut self, record: &Record) {
        if self.broken.is_some() {
            return;
        }
        let seq = self.seq + 1;
        let (m, boot, prev) =
            (self.clock.milliseconds(), self.clock.boot.clone(), self.last.clone());
        let (text, sum) = encode(record, &Link { seq, m, boot, prev });
        match self.put(&text, Durability::for_event(&record.event)) {
            Ok(()) => (self.seq, self.last) = (seq, sum),
            Err(error) => self.broken = Some(Arc::new(error)),
        }
    }

    fn put(&mut self, text: &str, durability: Durability) -> io::Result<()> {
        self.storage.append(text.as_bytes())?;
        match durability {
            Durability::Now => self.storage.sync(),
            Durability::Later => Ok(()),
        }
    }

    /// Why nothing is written any more.
    pub(super) fn broken(&self) -> Option<Arc<io::Error>> {
        self.broken.clone()
    }
}
