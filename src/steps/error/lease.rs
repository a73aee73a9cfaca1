//! A machine that does not take orders from this run any more.

use crate::{
    engine::{progress::Progress, step_error},
    error::{Designed, Exit, node_error::NodeError},
    name::HostName,
};

/// Why this run cannot act on a host any more.
#[derive(Debug, thiserror::Error)]
pub enum LeaseLost {
    /// Another run may be at work there.
    #[error("`{host}` does not take orders from this run any more")]
    ToAnotherRun {
        /// The host.
        host: HostName,
        /// What is known of it.
        #[source]
        source: NodeError,
    },
    /// It is away, or is another one, or does not let us in.
    #[error("`{host}` cannot be worked on any more")]
    Unreachable {
        /// The host.
        host: HostName,
        /// What stands in the way.
        #[source]
        source: NodeError,
    },
}

impl LeaseLost {
    /// Sorts a lost lease: in other hands, or out of reach.
    #[must_use]
    pub fn new(host: &HostName, source: NodeError) -> Self {
        let host = host.clone();
        match source.exit() {
            Exit::Locked => Self::ToAnotherRun { host, source },
            _ => Self::Unreachable { host, source },
        }
    }
}

impl step_error::Failure for LeaseLost {
    fn exit(&self, _: Progress) -> Exit {
        match self {
            Self::ToAnotherRun { source, .. } | Self::Unreachable { source, .. } => source.exit(),
        }
    }

    fn hints(&self, progress: Progress) -> Vec<String> {
        let (source, safe) = match (self, progress) {
            (Self::ToAnotherRun { source, .. }, Progress::Verified | Progress::Unverified) => {
                let words = "what this run did last may not be proved; the next run looks at every host first";
                (source, words.to_owned())
            }
            (Self::ToAnotherRun { source, .. } | Self::Unreachable { source, .. }, progress) => {
                (source, progress.describe())
            }
        };
        let mut hints = source.hints();
        hints.push(safe);
        hints
    }
}
