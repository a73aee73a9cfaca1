//! Where a member is and how to speak to it: the same facts for both clients.
//!
//! The address that is dialled and the name that TLS verifies differ on purpose. mongod is reached
//! over the loopback of its own host, where a login is not needed for what an arbiter tells, and is
//! still held to the name by which its peers know it.

use std::time::Duration;

use super::settings::ClientFiles;
use crate::secret::Secret;

/// One member, and the files by which it is spoken to: the controller's for the driver, the host's
/// own for mongosh.
#[derive(Clone, Debug)]
pub struct Endpoint<Files = ClientFiles> {
    /// What is dialled on the host, `127.0.0.1` as a rule.
    pub address: String,
    /// The port there.
    pub port: u16,
    /// The member's name without its port: what its certificate has to cover.
    pub tls_server_name: String,
    /// TLS with these files; `None` speaks plaintext.
    pub tls: Option<Files>,
    /// The login; `None` does not log in.
    pub credential: Option<Credential>,
    /// How long a connection may take.
    pub connect_timeout: Duration,
}

/// A user of the database `admin`.
#[derive(Clone, Debug)]
pub struct Credential {
    /// The user's name.
    pub username: String,
    /// The password.
    pub password: Secret,
}
