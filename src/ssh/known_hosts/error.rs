//! Why a host key was not trusted, and what a person should do about it.

use std::{
    fmt, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::error::{Designed, Exit};

/// A path as messages show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrintedPath(pub PathBuf);

impl fmt::Display for PrintedPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.display().fmt(f)
    }
}

/// A line of a file, counted from 1 as editors do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: Arc<Path>,
    /// The line.
    pub number: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file.display(), self.number)
    }
}

/// Why a host certificate proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateProblem {
    /// It is a user's certificate.
    #[error("it is not a host certificate")]
    NotHost,
    /// It was issued for other hosts.
    #[error("it is for {}", list(.0))]
    OtherHost(Vec<String>),
    /// It carries a condition that cannot be checked here.
    #[error("it has critical options")]
    CriticalOptions,
    /// It is signed with SHA-1.
    #[error("it is signed with SHA-1")]
    Weak,
    /// Its authority is not known for the host, or its signature or dates are wrong.
    #[error("its authority is not known for this host, or it is not valid now")]
    NotValid,
}

fn list(names: &[String]) -> String {
    names.iter().take(8).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// The host key is not to be trusted. Raised before any credential is sent.
#[derive(Debug, thiserror::Error)]
pub enum HostKeyError {
    /// A file of known hosts cannot be read, so nothing can be said about any key.
    #[error("the known hosts in `{path}` cannot be read")]
    Unreadable {
        /// The file.
        path: PrintedPath,
        /// What the system said.
        source: io::Error,
    },
    /// Nothing is on record for the host.
    #[error("the host key of `{host}` is not known ({algorithm} {fingerprint})")]
    Unknown {
        /// The host as `known_hosts` would call it.
        host: String,
        /// The key's type.
        algorithm: String,
        /// The key's SHA-256 fingerprint.
        fingerprint: String,
        /// The line that would make it known.
        line: String,
        /// The file that the line belongs into.
        file: PathBuf,
    },
    /// Another key of the same type is on record.
    #[error(
        "the host key of `{host}` has changed: `{place}` has {recorded}, the host showed {fingerprint}"
    )]
    Changed {
        /// The host as `known_hosts` calls it.
        host: String,
        /// The fingerprint of the key that the host showed.
        fingerprint: String,
        /// The fingerprint of the key on record.
        recorded: String,
        /// Where it is on record.
        place: Place,
    },
    /// The key, or the authority of its certificate, was revoked.
    #[error("the host key of `{host}` is revoked at `{place}` ({fingerprint})")]
    Revoked {
        /// The host as `known_hosts` calls it.
        host: String,
        /// The fingerprint of the key that the host showed.
        fingerprint: String,
        /// Where it is revoked.
        place: Place,
    },
    /// Only keys of other types are on record, and the host has none of those.
    #[error(
        "`{host}` has only host keys of another type ({offered}) than `{place}` records ({recorded})"
    )]
    OtherType {
        /// The host as `known_hosts` calls it.
        host: String,
        /// The types the host offered.
        offered: String,
        /// The types on record.
        recorded: String,
        /// Where the first of them is on record.
        place: Place,
    },
    /// The host showed a certificate that does not hold, and its bare key is not on record.
    #[error("the host certificate `{key_id}` of `{host}` is refused")]
    Certificate {
        /// The host as `known_hosts` calls it.
        host: String,
        /// What the certificate calls itself.
        key_id: String,
        /// What is wrong with it.
        source: CertificateProblem,
    },
}

impl Designed for HostKeyError {
    fn exit(&self) -> Exit {
        match self {
            Self::Unreadable { .. } => Exit::Refused,
            _ => Exit::HostKey,
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Unreadable { path, .. } => {
                vec![format!("make `{path}` readable, or name another file as `known_hosts`")]
            }
            Self::Unknown { line, file, .. } => vec![
                "compare the fingerprint with the host's own: `ssh-keygen -lf \
                 /etc/ssh/ssh_host_ed25519_key.pub` on its console"
                    .to_owned(),
                format!("if they agree, add this line to {}: {line}", file.display()),
            ],
            Self::Changed { host, place, .. } => vec![
                "nothing was sent to the host: an attacker may be in between".to_owned(),
                format!(
                    "if the host was set up anew, remove the old key: `ssh-keygen -R '{host}' -f \
                     {}`",
                    place.file.display()
                ),
            ],
            Self::Revoked { .. } => {
                vec!["nothing was sent to the host: give it a new host key".to_owned()]
            }
            Self::OtherType { host, .. } => vec![format!(
                "if the host is the right one, record its key of the new type for `{host}`"
            )],
            Self::Certificate { .. } => {
                vec!["look at the certificate on the host: `ssh-keygen -L -f FILE`".to_owned()]
            }
        }
    }
}
