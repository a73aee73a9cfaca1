//! Why a run may not act on a host.

use std::{sync::Arc, time::Duration};

use crate::{
    error::{Designed, Exit},
    host::call_error::CallError,
    name::HostName,
};

/// No lease, or not any more.
#[derive(Debug, thiserror::Error)]
pub enum LeaseError {
    /// Another run has it.
    #[error("`{host}` is held by another run")]
    Held {
        /// The host.
        host: HostName,
        /// Its holder.
        #[source]
        holder: Holder,
    },
    /// The host gave no answer for so long that another run may hold it by now.
    #[error("`{host}` has not confirmed this run's lease for {}s", .silent.as_secs())]
    Lost {
        /// The host.
        host: HostName,
        /// For how long.
        silent: Duration,
        /// Why it could not be asked again; `None` where it answered and no run holds it.
        #[source]
        why: Option<Arc<LeaseError>>,
    },
    /// It was asked whether it still hears this run, and says nothing.
    #[error("`{host}` does not answer")]
    Unanswered {
        /// The host.
        host: HostName,
    },
    /// The directory of the lock is not root's own.
    #[error("`{directory}` on `{host}` is not a directory of root with mode 0700")]
    Unsafe {
        /// The host.
        host: HostName,
        /// The directory.
        directory: String,
    },
    /// The host could not make the lock, or something else has its gate.
    #[error("`{host}` gives no lease: {reason}")]
    Refused {
        /// The host.
        host: HostName,
        /// The host's words.
        reason: String,
    },
    /// Two hosts of the plan are one.
    #[error("`{host}` is the same machine as another host of the plan")]
    Twice {
        /// The host.
        host: HostName,
    },
    /// It was not asked for: a bug.
    #[error("this run has no lease on `{host}`")]
    NotTaken {
        /// The host.
        host: HostName,
    },
    /// The host could not be asked.
    #[error("the lease of `{host}` could not be taken")]
    Call {
        /// The host.
        host: HostName,
        /// What happened.
        #[source]
        source: CallError,
    },
}

/// A lease's holder in its own words, as its host has them.
#[derive(Clone, Debug, thiserror::Error)]
#[error("run {run}: {words}")]
pub struct Holder {
    /// The run's id.
    pub run: String,
    /// Plan, user, machine, process and start.
    pub words: String,
}

impl Designed for LeaseError {
    fn exit(&self) -> Exit {
        match self {
            // A host that is away is not in other hands for that.
            Self::Lost { why, .. } => match why.as_ref().map(|why| why.exit()) {
                Some(
                    exit @ (Exit::Unreachable | Exit::HostKey | Exit::Permission | Exit::Refused),
                ) => exit,
                _ => Exit::Locked,
            },
            Self::Unanswered { .. } => Exit::Unreachable,
            Self::Held { .. } => Exit::Locked,
            Self::Unsafe { .. } | Self::Refused { .. } | Self::Twice { .. } => Exit::Refused,
            Self::NotTaken { .. } => Exit::Bug,
            // Whether the lease was taken or not: it ends with the connection, and nothing else was done.
            Self::Call { source, .. } => match source.exit() {
                Exit::Unknown => Exit::Unreachable,
                other => other,
            },
        }
    }

    fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::Held { .. } => format!(
                "wait until that run has ended; if its machine is gone, its hosts are free after {}s",
                super::SILENCE.as_secs()
            ),
            Self::Lost { why: Some(why), .. } => return why.hints(),
            Self::Unanswered { host, .. } => {
                format!("look at the network and at the load of `{host}`, then run again")
            }
            Self::Lost { host, .. } => {
                format!("`tlsplan status` says who works on `{host}` now; then run again")
            }
            Self::Unsafe { directory, .. } => {
                format!("see what it is with `ls -ld {directory}` and move it away")
            }
            Self::Refused { host, .. } => {
                format!("look at /run on `{host}`: is there room, and may root write to it?")
            }
            Self::Twice { .. } => {
                "each host has its own table under `[hosts]`; compare their addresses".to_owned()
            }
            Self::NotTaken { .. } => return Vec::new(),
            Self::Call { source, .. } if source.is_unknown() => {
                "look at the network and at the load of the host, then run again".to_owned()
            }
            Self::Call { source, .. } => return source.hints(),
        };
        vec![hint]
    }
}
