//! How a remote call can fail, each way apart: an unknown outcome is never an ordinary failure.

use std::time::Duration;

use super::{quote::NulByte, sudo::SudoError, transport::TransportError};
use crate::{
    error::{Designed, Exit},
    name::HostName,
};

/// A remote call without a usable answer.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// Nothing was sent.
    #[error("`{host}` cannot be reached for {doing}")]
    NotSent {
        /// The host.
        host: HostName,
        /// What the call was for.
        doing: String,
        /// What the transport says.
        #[source]
        source: TransportError,
    },
    /// The script may have run, in part or whole.
    #[error("{why} while {doing} on `{host}`: whether it was done is not known")]
    Unknown {
        /// The host.
        host: HostName,
        /// What the call was for.
        doing: String,
        /// What was lost.
        why: Lost,
    },
    /// Root was not to be had; nothing was done.
    #[error("no root on `{host}` for {doing}")]
    Sudo {
        /// The host.
        host: HostName,
        /// What the call was for.
        doing: String,
        /// What sudo says.
        #[source]
        source: SudoError,
    },
    /// The login did not get as far as our script; nothing was done.
    #[error("the login on `{host}` ended with status {status} before {doing} began (`{said}`)")]
    Login {
        /// The host.
        host: HostName,
        /// What the call was for.
        doing: String,
        /// The status of the login shell.
        status: u32,
        /// The last line it printed.
        said: String,
    },
    /// The script ended with one of its own statuses.
    #[error("{doing} on `{host}` failed with status {status} (`{reason}`)")]
    Failed {
        /// The host.
        host: HostName,
        /// What the call was for.
        doing: String,
        /// The script's status.
        status: u32,
        /// The script's reason, or the last line on its standard error.
        reason: String,
    },
    /// The script ended well and its answer is not whole.
    #[error("the answer of `{host}` to {doing} has no end")]
    Garbled {
        /// The host.
        host: HostName,
        /// What the call was for.
        doing: String,
    },
    /// The answer is larger than such an answer can be.
    #[error("the answer of `{host}` to {doing} is larger than {cap} bytes")]
    TooMuch {
        /// The host.
        host: HostName,
        /// What the call was for.
        doing: String,
        /// What is allowed.
        cap: usize,
    },
    /// A value that no argument can hold.
    #[error("{doing} on `{host}` cannot be asked for")]
    Argument {
        /// The host.
        host: HostName,
        /// What the call was for.
        doing: String,
        /// Why.
        #[source]
        source: NulByte,
    },
}

/// What was lost before the end was seen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Lost {
    /// The connection, or the status on its way.
    #[error("the connection was lost")]
    Connection,
    /// Patience; the last words on standard error, where there were any.
    #[error("there was no end within {} s (last words: `{said}`)", .after.as_secs())]
    Deadline {
        /// The call's deadline.
        after: Duration,
        /// The last line on standard error.
        said: String,
    },
    /// The script, by a signal.
    #[error("the script was ended by a signal ({0})")]
    Signal(String),
}

impl CallError {
    /// Whether the call may have changed something although it failed.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown { .. } | Self::Garbled { .. } | Self::TooMuch { .. })
    }
}

impl Designed for CallError {
    fn exit(&self) -> Exit {
        match self {
            Self::NotSent { source, .. } => {
                source.designed().map_or(Exit::Unreachable, Designed::exit)
            }
            Self::Unknown { .. } | Self::Garbled { .. } | Self::TooMuch { .. } => Exit::Unknown,
            Self::Sudo { .. } => Exit::Permission,
            Self::Login { .. } => Exit::Refused,
            Self::Failed { .. } => Exit::PutBack,
            Self::Argument { .. } => Exit::Plan,
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::NotSent { source, .. } => {
                source.designed().map_or_else(Vec::new, Designed::hints)
            }
            Self::Sudo { source, .. } => vec![source.hint().to_owned()],
            Self::Login { host, .. } => vec![format!(
                "log in on {host} by hand; the login shell has to be a POSIX shell (sh, bash, dash, zsh) that runs commands"
            )],
            Self::Unknown { host, .. } => {
                vec![format!("`tlsplan status` reads {host} again and says what is true there")]
            }
            _ => Vec::new(),
        }
    }
}
