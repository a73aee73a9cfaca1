//! A host or its server could not be looked at.

use crate::{
    engine::{progress::Progress, step_error},
    error::{Designed, Exit, look_error::LookError},
    name::HostName,
};

/// Why there is no fresh look.
#[derive(Debug, thiserror::Error)]
pub enum ObserveError {
    /// A host could not be looked at.
    #[error("`{host}` could not be looked at")]
    Host {
        /// The host.
        host: HostName,
        /// What happened.
        #[source]
        source: LookError,
    },
    /// A host is there, but its server does not answer.
    #[error("the server on `{host}` does not answer")]
    NotResponding {
        /// The host.
        host: HostName,
        /// What the unit is doing, and the last answer.
        last_seen: String,
    },
}

impl ObserveError {
    /// A host that could not be looked at.
    pub fn host(host: &HostName, source: impl Into<LookError>) -> Self {
        Self::Host { host: host.clone(), source: source.into() }
    }
}

impl step_error::Failure for ObserveError {
    fn exit(&self, _: Progress) -> Exit {
        match self {
            Self::Host { source, .. } => source.exit(),
            Self::NotResponding { .. } => Exit::Refused,
        }
    }

    fn hints(&self, progress: Progress) -> Vec<String> {
        let mut hints = match self {
            Self::Host { source, .. } => source.hints(),
            Self::NotResponding { host, last_seen } => vec![
                format!("last seen: {last_seen}"),
                format!("bring the server on `{host}` back, then run again"),
            ],
        };
        hints.push(progress.describe());
        hints
    }
}
