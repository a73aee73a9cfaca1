//! Why a host could not be armed. Nothing of its member was changed.

use crate::{
    error::{Designed, Exit},
    host::{call_error::CallError, replace_error::ReplaceError},
    name::HostName,
};

/// A host that would not help itself.
#[derive(Debug, thiserror::Error)]
pub enum ArmError {
    /// It has not what the switch needs.
    #[error("`{host}` cannot put its member back by itself: {reason}")]
    Unable {
        /// The host.
        host: HostName,
        /// What is missing.
        reason: String,
    },
    /// systemd did not take the timer, or the guard could not be written.
    #[error("the way back of `{host}` could not be armed: {reason}")]
    NotArmed {
        /// The host.
        host: HostName,
        /// The tool's words.
        reason: String,
    },
    /// A switch of another change is still there.
    #[error("`{host}` waits for the end of another change: {reason}")]
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
                "`rollback = \"controller-only\"` under `[mongodb]` does without it: then nobody helps the member if this machine or its network dies in mid-restart".to_owned()
            }
            Self::NotArmed { host, .. } => {
                format!("nothing of the member was changed; see `journalctl -n 50` on {host}")
            }
            Self::Busy { .. } => {
                "it comes to its end by itself; run again then".to_owned()
            }
            Self::Write(error) => return error.hints(),
        };
        vec![hint]
    }
}
