//! Why a `tls_mode` step stops, by what was being done.

mod config_file;
mod not_ready;
mod peer_tls;
mod preflight;
mod refusal;
mod restart;
mod tls_mode;

pub use config_file::ConfigFileError;
pub use not_ready::NotReadyError;
pub use peer_tls::{MembersAt, PeerTlsFailed};
pub use preflight::{Follows, PreflightFailed};
pub use restart::{LastSeen, RestartError, RevertResult};
pub use tls_mode::TlsModeError;
