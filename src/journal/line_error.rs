//! What can be wrong with a line of a journal, apart from a last line that was being written.

use super::line::Kind;

/// Where a journal is broken.
#[derive(Debug, thiserror::Error)]
#[error("line {line}")]
pub struct Damage {
    /// The line, counted from 1.
    pub line: u64,
    /// What is wrong with it.
    #[source]
    pub error: LineError,
}

impl Damage {
    /// Where it is broken and what is wrong there.
    #[must_use]
    pub fn describe(&self) -> String {
        format!("{self}: {}", self.error)
    }
}

/// What is wrong with a line.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// It does not look like one.
    #[error("it is no line of a journal")]
    NoLine,
    /// Its text was changed.
    #[error("its checksum is not that of its text")]
    Checksum,
    /// It has the right checksum and is not understood.
    #[error("it is not understood")]
    Json(#[source] serde_json::Error),
    /// It was written by another version of the program.
    #[error("it is in format {0}, which this version does not read")]
    Version(u64),
    /// Lines are missing, or there are too many.
    #[error("it has number {found} in the place of number {expected}")]
    Sequence {
        /// The number that comes next.
        expected: u64,
        /// The number it has.
        found: u64,
    },
    /// The line before it is not the one that it was written after.
    #[error("the line before it is not the one that it was written after")]
    Chain,
    /// It says something else than lines of its kind do.
    #[error("it does not say what {} says", describe(*.kind))]
    Data {
        /// What it is.
        kind: Kind,
        /// What is missing.
        #[source]
        source: serde_json::Error,
    },
    /// It is the outcome of an act that was not begun, or that had an outcome before.
    #[error("it is the outcome of an act that was not under way")]
    Stray,
}

impl LineError {
    /// Whether a crash in the middle of writing looks like that. It can only be so in the last line.
    pub(super) fn is_half_written(&self) -> bool {
        matches!(self, Self::NoLine | Self::Checksum)
    }
}

fn describe(kind: Kind) -> &'static str {
    match kind {
        Kind::Intent => "an intent",
        Kind::Outcome => "an outcome",
        Kind::Observe | Kind::Skip | Kind::Confirm | Kind::Note => "a note in its place",
    }
}
