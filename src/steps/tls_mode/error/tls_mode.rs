//! What else stops a `tls_mode` step.

use crate::{
    engine::{progress::Progress, step_error},
    error::{Exit, node_error::NodeError},
    name::HostName,
};

/// A member that does not do as it is asked, or does what nobody asked for.
#[derive(Debug, thiserror::Error)]
pub enum TlsModeError {
    /// A member that was proved has been started again since, not by this run.
    #[error("`{host}` was proved by this run and has been started again since")]
    RestartedSince {
        /// The host.
        host: HostName,
    },
    /// The primary did not step down: no secondary has caught up with it.
    #[error("`{host}` did not step down")]
    StepDownRefused {
        /// The host.
        host: HostName,
        /// What the server said.
        #[source]
        source: NodeError,
    },
}

impl step_error::Failure for TlsModeError {
    fn exit(&self, _: Progress) -> Exit {
        match self {
            Self::RestartedSince { .. } => Exit::Refused,
            Self::StepDownRefused { .. } => Exit::PartWay,
        }
    }

    fn hints(&self, progress: Progress) -> Vec<String> {
        match self {
            Self::RestartedSince { host } => vec![format!(
                "look at its log: it may crash from time to time; run again when `{host}` is stable"
            )],
            Self::StepDownRefused { .. } => vec![
                "it is asked, never forced; run again when a secondary has caught up".to_owned(),
                progress.describe(),
            ],
        }
    }
}
