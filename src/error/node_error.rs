//! Why a look or an act on a member failed, and whether it may have happened all the same.

use std::{error::Error, fmt};

use super::{Cause, Designed, Exit};

/// An act or a look that brought no good answer.
#[derive(Debug)]
pub struct NodeError {
    /// Whether what was asked may have been done.
    pub outcome: Outcome,
    /// What happened. This error speaks with its voice and adds nothing of its own.
    cause: Cause,
}

impl fmt::Display for NodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.cause.fmt(f)
    }
}

impl Error for NodeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.source()
    }
}

/// Whether a failed act left anything behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was not done.
    NotDone,
    /// The connection broke, or no answer came in time: only a new look can tell.
    Unknown,
}

impl NodeError {
    /// It was not done.
    pub fn not_done(cause: impl Designed) -> Self {
        Self { outcome: Outcome::NotDone, cause: Cause::new(cause) }
    }

    /// It may have been done.
    pub fn unknown(cause: impl Designed) -> Self {
        Self { outcome: Outcome::Unknown, cause: Cause::new(cause) }
    }

    /// Whether it may pass by itself: a connection that can be made again.
    #[must_use]
    pub fn passes(&self) -> bool {
        self.outcome == Outcome::Unknown || matches!(self.exit(), Exit::Unreachable | Exit::Unknown)
    }

    /// The words of this error and its causes on one line, for "last seen".
    #[must_use]
    pub fn chain(&self) -> String {
        self.cause.chain()
    }
}

impl Designed for NodeError {
    fn exit(&self) -> Exit {
        self.cause.exit()
    }

    fn hints(&self) -> Vec<String> {
        self.cause.hints()
    }
}
