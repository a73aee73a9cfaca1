//! Writes one line after the other, each numbered and tied to the one before.
//!
//! After a failure nothing is written any more. The line may be there in part, and a line after that
//! would make a journal that is torn into one that is damaged. And what a failed sync has dropped is
//! not brought to disk by the next one that succeeds.

use std::{io, sync::Arc};

use serde_json::Value;

use super::{
    clock::{Clock, wall},
    line::{Kind, Line, Place, Stamp},
    paper::Paper,
    sum::Sum,
};

/// The end of a journal.
pub(super) struct Pen {
    paper: Box<dyn Paper>,
    clock: Clock,
    seq: u64,
    last: Sum,
    broken: Option<Arc<io::Error>>,
}

/// When a line has to be on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Settle {
    /// Before anything else is done.
    Now,
    /// With the next line that has to be.
    Later,
}

impl Pen {
    /// For a journal that is empty yet.
    pub(super) fn new(paper: Box<dyn Paper>) -> Self {
        Self { paper, clock: Clock::start(), seq: 0, last: Sum::none(), broken: None }
    }

    /// Writes a line and gives its number.
    pub(super) fn write(
        &mut self,
        kind: Kind,
        place: Place<'_>,
        data: Value,
        settle: Settle,
    ) -> Result<u64, Arc<io::Error>> {
        if let Some(error) = &self.broken {
            return Err(Arc::clone(error));
        }
        let seq = self.seq + 1;
        let (m, prev) = (self.clock.milliseconds(), self.last.clone());
        let stamp = Stamp { seq, t: wall(), m, boot: &self.clock.boot, prev };
        let (text, sum) = Line::new(kind, place, data, stamp).seal();
        if let Err(error) = self.put(&text, settle) {
            let error = Arc::new(error);
            self.broken = Some(Arc::clone(&error));
            return Err(error);
        }
        (self.seq, self.last) = (seq, sum);
        Ok(seq)
    }

    fn put(&mut self, text: &str, settle: Settle) -> io::Result<()> {
        self.paper.append(text.as_bytes())?;
        match settle {
            Settle::Now => self.paper.settle(),
            Settle::Later => Ok(()),
        }
    }

    /// Why nothing is written any more.
    pub(super) fn broken(&self) -> Option<Arc<io::Error>> {
        self.broken.clone()
    }
}
