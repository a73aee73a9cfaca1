//! How a run ends: the exit codes, which of two is the more severe, and errors that carry theirs.
//!
//! The codes are a contract with cron and with scripts; `docs/design.md` has the table.

pub mod look_error;
pub mod node_error;

use std::{error::Error, fmt};

use serde::Serialize;

/// The exit code of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Exit {
    /// Converged, also when nothing had to be done.
    Converged,
    /// Stopped safely part-way: run again.
    PartWay,
    /// A step failed; the host was put back and that was verified.
    PutBack,
    /// A person is needed: a member is down, or a way back could not be verified.
    Person,
    /// The outcome is not known.
    Unknown,
    /// The command line is wrong.
    Usage,
    /// The plan is wrong.
    Plan,
    /// A host cannot be reached.
    Unreachable,
    /// A bug of ours.
    Bug,
    /// The state directory cannot be written or is damaged.
    State,
    /// Locked by another run, or outside the window: nothing was started.
    Locked,
    /// A host key is unknown, changed or revoked.
    HostKey,
    /// sudo, authentication or file modes stand in the way.
    Permission,
    /// Refused before anything was touched: quorum, lag, certificate, a forgotten member.
    Refused,
}

impl Exit {
    /// From the most severe to the least; what is not listed ends a run before there is a second code.
    const SEVERITY: [Self; 12] = [
        Self::Person,
        Self::Unknown,
        Self::PutBack,
        Self::HostKey,
        Self::State,
        Self::Bug,
        Self::Permission,
        Self::Refused,
        Self::Unreachable,
        Self::PartWay,
        Self::Locked,
        Self::Converged,
    ];

    /// The number the shell sees.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Converged => 0,
            Self::PartWay => 20,
            Self::PutBack => 21,
            Self::Person => 22,
            Self::Unknown => 23,
            Self::Usage => 64,
            Self::Plan => 65,
            Self::Unreachable => 69,
            Self::Bug => 70,
            Self::State => 73,
            Self::Locked => 75,
            Self::HostKey => 76,
            Self::Permission => 77,
            Self::Refused => 78,
        }
    }

    /// From the number; `None` where it is none of ours.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        let others = [Self::Usage, Self::Plan];
        Self::SEVERITY.into_iter().chain(others).find(|exit| exit.code() == code)
    }

    /// The more severe of two: what a run with several failures ends with.
    #[must_use]
    pub fn worst(self, other: Self) -> Self {
        let rank = |exit: Self| Self::SEVERITY.iter().position(|&entry| entry == exit);
        match (rank(self), rank(other)) {
            (Some(mine), Some(theirs)) if mine > theirs => other,
            _ => self,
        }
    }
}

/// An error that knows how the run ends because of it and what a tired person should do next.
///
/// `Display` is one lowercase sentence with values in backticks and no period; causes are in
/// `source()`, never in `Display`.
pub trait Designed: Error + Send + Sync + 'static {
    /// The exit code that this error asks for.
    fn exit(&self) -> Exit;

    /// What is safe now, and the next command: one `hint:` line each.
    fn hints(&self) -> Vec<String> {
        Vec::new()
    }
}

/// Any designed error behind one pointer. It speaks with that error's voice, and adds a hint at most.
#[derive(Debug)]
pub struct Cause {
    error: Box<dyn Designed>,
    last_hint: Option<String>,
}

impl Cause {
    /// Wraps an error.
    pub fn new(error: impl Designed) -> Self {
        Self { error: Box::new(error), last_hint: None }
    }

    /// Ends its hints with this one.
    #[must_use]
    pub fn with_hint(self, hint: String) -> Self {
        Self { last_hint: Some(hint), ..self }
    }

    /// The words of the error and of its causes on one line, for "last seen".
    #[must_use]
    pub fn chain(&self) -> String {
        chain(&*self.error)
    }
}

/// An error and its causes on one line.
#[must_use]
pub fn chain(error: &dyn Designed) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        words.push_str(": ");
        words.push_str(&next.to_string());
        cause = next.source();
    }
    words
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.error, f)
    }
}

impl Error for Cause {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.error.source()
    }
}

impl Designed for Cause {
    fn exit(&self) -> Exit {
        self.error.exit()
    }

    fn hints(&self) -> Vec<String> {
        self.error.hints().into_iter().chain(self.last_hint.clone()).collect()
    }
}

impl<E: Designed> From<E> for Box<dyn Designed> {
    fn from(error: E) -> Self {
        Box::new(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_severe_wins_either_way_round() {
        for (a, b, worst) in [
            (Exit::PartWay, Exit::Person, Exit::Person),
            (Exit::Unreachable, Exit::Refused, Exit::Refused),
            (Exit::Converged, Exit::Locked, Exit::Locked),
            (Exit::PutBack, Exit::Unknown, Exit::Unknown),
        ] {
            assert_eq!(a.worst(b), worst);
            assert_eq!(b.worst(a), worst);
        }
    }
}
