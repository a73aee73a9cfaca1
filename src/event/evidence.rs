//! What is true of one server, for somebody who was not there.

use serde::{Deserialize, Serialize};

use crate::{
    cluster::{mode::TlsMode, topology::MemberState},
    name::{HostName, MemberName},
};

/// One server at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Its host.
    pub host: HostName,
    /// What it calls itself.
    pub member: MemberName,
    /// Its state.
    pub state: Option<MemberState>,
    /// Its version.
    pub version: String,
    /// Its mode, asked in three ways.
    pub mode: Modes,
    /// The certificate in the file that it was given.
    pub certificate: Option<CertificateSeen>,
    /// A connection with TLS, its certificate verified with the CA.
    pub tls: Probe,
    /// A connection in plaintext.
    pub plaintext: Probe,
}

/// A mode in three places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Modes {
    /// By the server, now.
    pub running: TlsMode,
    /// By the options that it was started with.
    pub started_with: Option<TlsMode>,
    /// By its file: what a restart would bring.
    pub file: Option<TlsMode>,
}

/// A certificate, by what identifies it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateSeen {
    /// The file on the host.
    pub path: String,
    /// Its subject.
    pub subject: String,
    /// Its issuer.
    pub issuer: String,
    /// The SHA-256 sum of its DER, as `openssl x509 -fingerprint -sha256` has it without the colons.
    pub sha256: String,
    /// From when on it is valid.
    pub not_before: String,
    /// Until when.
    pub not_after: String,
}

/// What came of a connection that was tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", content = "words", rename_all = "snake_case")]
pub enum Probe {
    /// The server answered.
    Accepted,
    /// It did not; why, in the server's own words where its log has some.
    Refused(String),
    /// The server was not reached; why.
    Unknown(String),
}
