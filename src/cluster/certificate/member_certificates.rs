//! The certificate files that a host's configuration names, as they were read there.

use super::{Certificate, Unread};
use crate::{
    cluster::config::{PassPhrase, VerifyMode},
    name::{HostName, MemberName},
};

/// A member's certificate files.
#[derive(Clone, Debug)]
pub struct MemberCertificates {
    /// The host.
    pub host: HostName,
    /// The member's name in its set: what its peers dial.
    pub member: MemberName,
    /// The host's own clock, seconds since the epoch.
    pub clock: i64,
    /// `net.tls.certificateKeyFile`.
    pub key_file: PemFile,
    /// `net.tls.clusterFile`, where there is one: shown to other members instead.
    pub cluster_file: Option<PemFile>,
    /// `net.tls.CAFile`, where there is one.
    pub ca_file: Option<PemFile>,
    /// `net.tls.clusterCAFile`, where there is one: verifies incoming connections instead.
    pub cluster_ca_file: Option<PemFile>,
    /// Whether the configuration has a pass phrase for a key.
    pub pass_phrase: PassPhrase,
    /// How members verify each other. Taken to be the same in all configurations of a set.
    pub verify_mode: VerifyMode,
}

impl MemberCertificates {
    /// What it shows to the members that it connects to.
    #[must_use]
    pub fn outgoing(&self) -> &PemFile {
        self.cluster_file.as_ref().unwrap_or(&self.key_file)
    }

    /// Whether a key of it is behind a pass phrase.
    #[must_use]
    pub fn has_locked_key(&self) -> bool {
        let mut files = std::iter::once(&self.key_file).chain(&self.cluster_file);
        files.any(|file| file.key == Key::Locked)
    }

    /// The CA file that verifies incoming connections.
    #[must_use]
    pub fn incoming_ca_file(&self) -> Option<&PemFile> {
        self.cluster_ca_file.as_ref().or(self.ca_file.as_ref())
    }
}

/// A PEM file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PemFile {
    /// Where it lies.
    pub path: String,
    /// Who can get at it.
    pub access: Access,
    /// Its certificates, in their order.
    pub certificates: Result<Vec<Certificate>, Unread>,
    /// The private key in it.
    pub key: Key,
}

/// Who can get at a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// The service's user can read it, and not everybody can.
    Service,
    /// Everybody can read it.
    Everybody,
    /// The service's user cannot read it; the reason in the host's words.
    Nobody(String),
    /// It is not there.
    Missing,
}

/// The private key in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// There is none.
    Missing,
    /// It has a pass phrase.
    Locked,
    /// It cannot be read.
    Damaged,
    /// The host has nothing to read it with.
    Unread,
    /// The public half of it, in DER; the private one stays on its host.
    Public(Vec<u8>),
}
