//! Events on their way to the reporter, with a copy for the journal.

use super::run_journal::RunJournal;
use crate::event::{Event, Sink};

/// A sink that notes what passes.
#[derive(Clone, Copy)]
pub struct Noted<'a> {
    to: &'a dyn Sink,
    journal: &'a RunJournal,
}

impl<'a> Noted<'a> {
    /// In front of another sink.
    #[must_use]
    pub fn new(to: &'a dyn Sink, journal: &'a RunJournal) -> Self {
        Self { to, journal }
    }
}

impl Sink for Noted<'_> {
    fn emit(&self, event: Event) {
        self.journal.event(&event);
        self.to.emit(event);
    }
}
