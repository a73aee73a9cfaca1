//! What was found on a host of the files that its configuration names.

use super::{Certificate, Unread};
use crate::name::{HostName, MemberName};

/// A member's certificates, as they lie on its host.
#[derive(Clone, Debug)]
pub struct Papers {
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
}

/// A PEM file.
#[derive(Clone, Debug)]
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
    /// It has a pass phrase, and the configuration has none for it.
    Locked,
    /// It cannot be read.
    Damaged,
    /// The public half of it, in DER; the private one stays on its host.
    Public(Vec<u8>),
}
