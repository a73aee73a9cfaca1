//! A configuration file that cannot be made, or that the server refuses.

use crate::{
    engine::{progress::Progress, step_error},
    error::{Cause, Designed, Exit, look_error::LookError},
    name::HostName,
    steps::error::explained,
};

/// Why there is no file to go on with.
#[derive(Debug, thiserror::Error)]
pub enum ConfigFileError {
    /// It cannot be made for a host.
    #[error("no configuration file can be made for `{host}`")]
    NotMade {
        /// The host.
        host: HostName,
        /// What is wrong with it.
        #[source]
        source: Cause,
    },
    /// The canary did not start on it, as a rule because the server refuses it.
    #[error("the new configuration file of `{host}` is not proved")]
    Canary {
        /// The host.
        host: HostName,
        /// What the server said.
        #[source]
        source: LookError,
    },
}

impl step_error::Failure for ConfigFileError {
    fn exit(&self, _: Progress) -> Exit {
        match self {
            Self::NotMade { source, .. } => source.exit(),
            Self::Canary { source, .. } => source.exit(),
        }
    }

    fn hints(&self, progress: Progress) -> Vec<String> {
        match self {
            Self::NotMade { source, .. } => {
                let mut hints = source.hints();
                hints.push("nothing was touched in this step".to_owned());
                hints
            }
            Self::Canary { source, .. } => {
                let mut hints = explained([source.chain().as_str()].into_iter());
                hints.extend(source.hints());
                hints.push(progress.describe());
                hints
            }
        }
    }
}
