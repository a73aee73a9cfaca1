//! What the engine writes down before and after each act, for people and for the next run.
//!
//! An act is begun only when its intent is on disk. So whatever ends the program, what may be half
//! done has been named before. What is true is never read from here: the hosts say that.

use crate::{error::Cause, name::HostName};

/// Where intents and outcomes go.
pub trait Journal: Send + Sync {
    /// Written and on disk before the act is begun; an error means: do not begin it.
    fn intent(&self, intent: &Intent<'_>) -> Result<Ticket, Cause>;

    /// On disk before anything else is begun. A failure is kept, see [`Journal::trouble`].
    fn outcome(&self, ticket: Ticket, came: &Came);

    /// The first thing that could not be written, for the end of the run.
    fn trouble(&self) -> Option<Cause>;
}

/// An act that is about to be begun.
#[derive(Clone, Debug)]
pub struct Intent<'a> {
    /// The host; `None` for several at once.
    pub host: Option<&'a HostName>,
    /// What is done, in words that are the same each time: "restart".
    pub act: &'static str,
    /// What exactly: "its unit, on another file".
    pub detail: String,
}

/// What came of an act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Came {
    /// It was done.
    Done,
    /// It was not done, for this reason.
    NotDone(String),
    /// Whether it was done is not known, for this reason.
    Unknown(String),
}

/// An intent that is on disk and waits for its outcome. One that never gets it stays open, and the
/// next run is told so.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "an intent without an outcome stays open"]
pub struct Ticket(u64);

impl Ticket {
    /// For an intent by its number in the journal.
    pub fn new(number: u64) -> Self {
        Self(number)
    }

    /// That number.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.0
    }
}

/// Keeps nothing: for tests of the engine.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoJournal;

impl Journal for NoJournal {
    fn intent(&self, _: &Intent<'_>) -> Result<Ticket, Cause> {
        Ok(Ticket::new(0))
    }

    fn outcome(&self, _: Ticket, _: &Came) {}

    fn trouble(&self) -> Option<Cause> {
        None
    }
}
