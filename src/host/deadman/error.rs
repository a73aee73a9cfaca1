//! Why a host could not be armed. The service was not touched.

use crate::{
    error::{Designed, Exit},
    host::{call_error::CallError, replace_error::ReplaceError},
    name::HostName,
};

/// A host that could not revert by itself.
#[derive(Debug, thiserror::Error)]
pub enum ArmError {
    /// It lacks what the switch needs.
    #[error("`{host}` cannot revert a change by itself: {reason}")]
    Unable {
        /// The host.
        host: HostName,
        /// What is missing.
        reason: String,
    },
    /// systemd did not take the timer, or the guard could not be written.
    #[error("the automatic revert of `{host}` could not be armed: {reason}")]
    NotArmed {
        /// The host.
        host: HostName,
        /// The tool's words.
        reason: String,
    },
    /// A switch of another change is still there.
    #[error("another change on `{host}` is not settled: {reason}")]
    Busy {
        /// The host.
        host: HostName,
        /// Which one.
        reason: String,
    },
    /// As with every file that is written there.
    #[error(transparent)]
    Write(ReplaceError),
}

impl ArmError {
    /// Whether the host may be armed although this is an error.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Write(error) if error.is_unknown())
    }

    pub(super) fn from_call(error: CallError, file: &str) -> Self {
        let CallError::Failed { host, doing, status, reason } = error else {
            return Self::Write(ReplaceError::Call(error));
        };
        match status {
            60 => Self::Unable { host, reason },
            61 => Self::NotArmed { host, reason },
            62 => Self::Busy { host, reason },
            _ => Self::Write(ReplaceError::from_call(
                CallError::Failed { host, doing, status, reason },
                file,
            )),
        }
    }
}

impl Designed for ArmError {
    fn exit(&self) -> Exit {
        match self {
            Self::Unable { .. } | Self::NotArmed { .. } | Self::Busy { .. } => Exit::Refused,
            Self::Write(error) => error.exit(),
        }
    }

    fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::Unable { .. } => {
                "`rollback = \"controller-only\"` does without it: then nothing reverts the change if this machine or its network fails during the restart".to_owned()
            }
            Self::NotArmed { host, .. } => {
                format!("the service was not touched; see `journalctl -n 50` on {host}")
            }
            Self::Busy { .. } => {
                "it settles by itself; run again after that".to_owned()
            }
            Self::Write(error) => return error.hints(),
        };
        vec![hint]
    }
}
