//! What a plan says about the clients to the database.

use std::path::PathBuf;

/// A client to the database, pinned by the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadWith {
    /// The official driver through the SSH session.
    Driver,
    /// mongosh on the host.
    Mongosh,
}

/// `[mongodb.tls]`: paths on each host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TlsFiles {
    /// The CA file; `None` where the file in place or the template names it itself.
    pub ca_file: Option<String>,
    /// The PEM with certificate and key.
    pub certificate_key_file: Option<String>,
}

/// `[mongodb.client]`: paths on the controller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientFiles {
    /// The CA that the members' certificates lead to.
    pub ca_file: PathBuf,
    /// The controller's certificate and key; `None` where members allow connections without.
    pub certificate_key_file: Option<PathBuf>,
}
