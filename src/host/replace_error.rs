//! Why a file was not replaced: for each of `replace.sh`'s statuses the case it stands for.

use super::{call_error::CallError, script::FENCED};
use crate::{
    error::{Designed, Exit},
    name::{HostName, UnitName},
};

/// A file that was not replaced, or not followed by a restart.
#[derive(Debug, thiserror::Error)]
pub enum ReplaceError {
    /// The file was changed after it was read. Nothing was done.
    #[error("`{path}` on `{host}` was changed by someone else after it was read")]
    Changed {
        /// The host.
        host: HostName,
        /// The file.
        path: String,
    },
    /// It is not a file of its own in a directory of root. Nothing was done.
    #[error("`{path}` on `{host}` cannot be replaced: {reason}")]
    NotReplaceable {
        /// The host.
        host: HostName,
        /// The file.
        path: String,
        /// What it is.
        reason: String,
    },
    /// tlsplan's own directory on the host is not safe to use. Nothing was done.
    #[error("the state directory on `{host}` is not safe to use: {reason}")]
    StateDirectory {
        /// The host.
        host: HostName,
        /// What is wrong with it.
        reason: String,
    },
    /// The disk is full, read-only or refuses. The old file is in place.
    #[error("`{path}` on `{host}` was not replaced, {trouble} (`{reason}`)")]
    Disk {
        /// The host.
        host: HostName,
        /// The file.
        path: String,
        /// What kind of trouble it is.
        trouble: Trouble,
        /// The tool's words.
        reason: String,
    },
    /// What arrived was not what was sent. The old file is in place.
    #[error("the new `{path}` did not reach `{host}` whole")]
    Transfer {
        /// The host.
        host: HostName,
        /// The file.
        path: String,
    },
    /// The new file is in place; whether it would survive a power cut is not known.
    #[error(
        "`{path}` on `{host}` was replaced, and its directory could not be brought to disk (`{reason}`)"
    )]
    NotOnDisk {
        /// The host.
        host: HostName,
        /// The file.
        path: String,
        /// The tool's words.
        reason: String,
    },
    /// systemd did not take the request. Where a file came with it, the new one is in place.
    #[error("systemd on `{host}` refused to restart `{unit}` (`{reason}`)")]
    RestartRefused {
        /// The host.
        host: HostName,
        /// The unit.
        unit: UnitName,
        /// systemctl's words.
        reason: String,
    },
    /// The run that asked does not hold the host any more. Nothing was done.
    #[error("`{host}` does not take orders from this run any more: {reason}")]
    Fenced {
        /// The host.
        host: HostName,
        /// What the fence found.
        reason: String,
    },
    /// The call itself failed.
    #[error(transparent)]
    Call(CallError),
}

/// Kinds of trouble with a disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// No room or no quota.
    #[error("as there is no space left")]
    Full,
    /// The file system is read-only.
    #[error("as its file system is read-only")]
    ReadOnly,
    /// The file or its directory is immutable, or a policy stands in the way.
    #[error("as the host does not allow it")]
    Forbidden,
    /// It is a mount point.
    #[error("as something is mounted on it")]
    Mounted,
    /// Another reason.
    #[error("as the host failed")]
    Other,
}

impl Trouble {
    fn read(reason: &str) -> Self {
        [
            ("No space left", Self::Full),
            ("quota exceeded", Self::Full),
            ("Read-only file system", Self::ReadOnly),
            ("Operation not permitted", Self::Forbidden),
            ("Permission denied", Self::Forbidden),
            ("resource busy", Self::Mounted),
        ]
        .into_iter()
        .find_map(|(words, trouble)| reason.contains(words).then_some(trouble))
        .unwrap_or(Self::Other)
    }
}

impl ReplaceError {
    /// Whether the file may have been replaced, or the unit restarted, although this is an error.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        match self {
            Self::NotOnDisk { .. } | Self::RestartRefused { .. } => true,
            Self::Call(error) => error.is_unknown(),
            _ => false,
        }
    }

    /// Gives a status of `replace.sh` its meaning.
    pub(crate) fn from_call(error: CallError, path: &str) -> Self {
        let CallError::Failed { host, doing, status, reason } = error else {
            return Self::Call(error);
        };
        let path = path.to_owned();
        match status {
            10..=13 => Self::NotReplaceable { host, path, reason },
            14 => Self::Changed { host, path },
            15..=18 | 40 | 21 => {
                let trouble = Trouble::read(&reason);
                Self::Disk { host, path, trouble, reason }
            }
            19 => Self::NotOnDisk { host, path, reason },
            FENCED => Self::Fenced { host, reason },
            20 => Self::StateDirectory { host, reason },
            41 | 42 => Self::Transfer { host, path },
            _ => Self::Call(CallError::Failed { host, doing, status, reason }),
        }
    }
}

impl Designed for ReplaceError {
    fn exit(&self) -> Exit {
        match self {
            Self::Changed { .. } | Self::NotReplaceable { .. } | Self::StateDirectory { .. } => {
                Exit::Refused
            }
            Self::Disk { .. } | Self::Transfer { .. } => Exit::PutBack,
            Self::NotOnDisk { .. } | Self::RestartRefused { .. } => Exit::Person,
            Self::Fenced { .. } => Exit::Locked,
            Self::Call(error) => error.exit(),
        }
    }

    fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::Changed { host, path } => format!(
                "nothing was done; see who changed {path} on {host}, then run the plan again: it starts from the file as it is"
            ),
            Self::NotReplaceable { host, path, .. } => format!(
                "nothing was done; let {path} on {host} be a plain file with one name, in a directory that only root writes to"
            ),
            Self::StateDirectory { host, .. } => {
                format!("nothing was done; see what it is with `ls -ld` on {host} and move it away")
            }
            Self::Disk { host, path, .. } => {
                format!(
                    "{path} on {host} is as it was; see `df` and `lsattr` there, then run the plan again"
                )
            }
            Self::Transfer { host, path } => {
                format!("{path} on {host} is as it was; run the plan again")
            }
            Self::NotOnDisk { host, .. } => {
                format!("see `dmesg` on {host}: its disk reports errors")
            }
            Self::RestartRefused { host, unit, .. } => {
                format!("see `systemctl status {unit}` on {host}")
            }
            Self::Fenced { host, .. } => {
                format!("nothing was done; `tlsplan status` says who works on {host} now")
            }
            Self::Call(error) => return error.hints(),
        };
        vec![hint]
    }
}
