//! An error of something that only looks.
//!
//! A look changes nothing, so a lost answer leaves nothing open: it is a host that cannot be reached. The
//! type has no way to say that a host was put back, that a person is needed, or that an outcome is unknown.

use std::{error::Error, fmt};

use super::{Cause, Designed, Exit, node_error::NodeError};

/// Why a look brought no good answer.
#[derive(Debug)]
pub struct LookError(Cause);

/// What an error of a look can end a run with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookExit {
    /// The host cannot be reached.
    Unreachable,
    /// Its host key is unknown, changed or revoked.
    HostKey,
    /// sudo, a login or file modes stand in the way.
    Permission,
    /// What was seen is not what a run can work with.
    Refused,
    /// Another run has the host.
    Locked,
    /// The plan is wrong.
    Plan,
    /// The state directory of the controller is in the way.
    State,
    /// A bug of ours.
    Bug,
}

impl LookExit {
    fn from_exit(exit: Exit) -> Self {
        match exit {
            Exit::HostKey => Self::HostKey,
            Exit::Permission => Self::Permission,
            Exit::Refused => Self::Refused,
            Exit::Locked => Self::Locked,
            Exit::Plan | Exit::Usage => Self::Plan,
            Exit::State => Self::State,
            Exit::Bug => Self::Bug,
            Exit::Unreachable
            | Exit::Unknown
            | Exit::Person
            | Exit::PutBack
            | Exit::PartWay
            | Exit::Converged => Self::Unreachable,
        }
    }
}

impl From<LookExit> for Exit {
    fn from(exit: LookExit) -> Self {
        match exit {
            LookExit::Unreachable => Self::Unreachable,
            LookExit::HostKey => Self::HostKey,
            LookExit::Permission => Self::Permission,
            LookExit::Refused => Self::Refused,
            LookExit::Locked => Self::Locked,
            LookExit::Plan => Self::Plan,
            LookExit::State => Self::State,
            LookExit::Bug => Self::Bug,
        }
    }
}

impl LookError {
    /// Wraps what happened.
    pub fn new(cause: impl Designed) -> Self {
        Self(Cause::new(cause))
    }

    /// What it ends a run with.
    #[must_use]
    pub fn look_exit(&self) -> LookExit {
        LookExit::from_exit(self.0.exit())
    }

    /// The words of the error and of its causes on one line, for "last seen".
    #[must_use]
    pub fn chain(&self) -> String {
        self.0.chain()
    }
}

impl Designed for LookError {
    fn exit(&self) -> Exit {
        self.look_exit().into()
    }

    fn hints(&self) -> Vec<String> {
        self.0.hints()
    }
}

impl From<NodeError> for LookError {
    fn from(error: NodeError) -> Self {
        Self::new(error)
    }
}

impl fmt::Display for LookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for LookError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_never_needs_a_person() {
        let all = [
            Exit::Converged,
            Exit::PartWay,
            Exit::PutBack,
            Exit::Person,
            Exit::Unknown,
            Exit::Usage,
            Exit::Plan,
            Exit::Unreachable,
            Exit::Bug,
            Exit::State,
            Exit::Locked,
            Exit::HostKey,
            Exit::Permission,
            Exit::Refused,
        ];
        for exit in all {
            let seen = Exit::from(LookExit::from_exit(exit));
            assert!(!matches!(seen.code(), 0 | 20..=23), "{exit:?}");
        }
    }
}
