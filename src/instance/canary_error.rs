//! Why a file is not known to be good.

use std::time::Duration;

use crate::{
    error::{Designed, Exit},
    host::call_error::CallError,
    name::HostName,
};

/// A canary that did not come up. Nothing on the host was changed.
#[derive(Debug, thiserror::Error)]
pub enum CanaryError {
    /// The server refuses the file.
    #[error("the server on `{host}` does not start on the new file (`{}`)", summary(.words))]
    Refused {
        /// The host.
        host: HostName,
        /// The server's own words.
        words: Vec<String>,
    },
    /// The server neither came up nor ended.
    #[error("a canary of the server on `{host}` was not up within {} s (`{}`)", .after.as_secs(), summary(.words))]
    Silent {
        /// The host.
        host: HostName,
        /// How long it was given.
        after: Duration,
        /// The server's own words.
        words: Vec<String>,
    },
    /// The canary could not even be started.
    #[error("no canary of the server can be started on `{host}`: {reason}")]
    NoStart {
        /// The host.
        host: HostName,
        /// Why.
        reason: String,
    },
    /// The call failed.
    #[error(transparent)]
    Call(CallError),
}

/// The first error is the cause; what follows from it goes into the hints.
fn summary(words: &[String]) -> &str {
    words.first().map_or("it says nothing", String::as_str)
}

impl Designed for CanaryError {
    fn exit(&self) -> Exit {
        match self {
            Self::Refused { .. } | Self::Silent { .. } | Self::NoStart { .. } => Exit::Refused,
            Self::Call(error) => error.exit(),
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Refused { host, words } | Self::Silent { host, words, .. } => {
                let mut hints: Vec<String> = words
                    .iter()
                    .skip(1)
                    .map(|line| format!("the server also says: {line}"))
                    .collect();
                hints.push(format!(
                    "nothing on {host} was changed; mend what the server names, then run the plan again"
                ));
                hints
            }
            Self::NoStart { host, .. } => vec![format!("nothing on {host} was changed")],
            Self::Call(error) => error.hints(),
        }
    }
}
