//! An act on a host that failed: not done, or not known.

use std::time::Duration;

use super::rough;
use crate::{
    engine::{progress::Progress, step_error},
    error::{
        Designed, Exit,
        node_error::{NodeError, Outcome},
    },
    name::HostName,
};

/// Why an act has no good end.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// It was not done.
    #[error("{doing} failed on `{host}`")]
    NotDone {
        /// The host.
        host: HostName,
        /// What was being done.
        doing: &'static str,
        /// What happened.
        #[source]
        source: NodeError,
    },
    /// Whether it was done could not be found out.
    #[error("whether {doing} on `{host}` was done is not known")]
    Unknown {
        /// The host.
        host: HostName,
        /// What was being done.
        doing: &'static str,
        /// When the host reverts by itself, where it is armed.
        reverts_in: Option<Duration>,
        /// What happened.
        #[source]
        source: NodeError,
    },
}

impl ActError {
    /// Sorts a failed act by its outcome.
    #[must_use]
    pub fn new(host: &HostName, doing: &'static str, source: NodeError) -> Self {
        let host = host.clone();
        match source.outcome {
            Outcome::NotDone => Self::NotDone { host, doing, source },
            Outcome::Unknown => Self::Unknown { host, doing, reverts_in: None, source },
        }
    }
}

impl step_error::Failure for ActError {
    fn exit(&self, _: Progress) -> Exit {
        match self {
            Self::NotDone { source, .. } => source.exit(),
            // Which machine answers at that address now is the graver question.
            Self::Unknown { source, .. } if source.exit() == Exit::HostKey => Exit::HostKey,
            Self::Unknown { .. } => Exit::Unknown,
        }
    }

    fn hints(&self, progress: Progress) -> Vec<String> {
        match self {
            Self::NotDone { source, .. } => {
                let mut hints = source.hints();
                hints.push(progress.describe());
                hints
            }
            Self::Unknown { host, reverts_in, source, .. } => {
                unknown(host, *reverts_in, source.hints())
            }
        }
    }
}

fn unknown(host: &HostName, reverts_in: Option<Duration>, mut hints: Vec<String>) -> Vec<String> {
    match reverts_in {
        Some(left) if left.is_zero() => hints.push(format!(
            "`{host}` helps itself at this moment: unless its member answers well, it gets its old file and a restart"
        )),
        Some(left) => hints.push(format!(
            "`{host}` helps itself within {}: unless its member answers well then, it gets its old file and a restart",
            rough(left)
        )),
        None => {}
    }
    hints.push(format!(
        "no other host was touched; look at `{host}` with `tlsplan status`, then run again: it goes on from what is true"
    ));
    hints
}
