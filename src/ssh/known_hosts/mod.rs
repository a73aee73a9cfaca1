//! Which host keys are trusted: `known_hosts` read the way OpenSSH reads it.
//!
//! russh has a check of its own that trusts revoked keys, ignores certificate authorities and takes
//! a rotated key for a changed one, so the rules are here: markers, hashes, patterns, ports, several
//! files, certificates. The outcome is either trust or an error that says what to do.

mod check;
mod entry;
mod error;
mod file;
mod host_id;
mod pattern;
#[cfg(test)]
mod tests;

pub use error::{CertificateProblem, HostKeyError, Place};
pub use file::{KnownHosts, Source, Warning};
pub use host_id::HostId;
