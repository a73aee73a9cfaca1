//! Which client spoke to a server: it stands in the events beside what it read or changed.

use serde::{Deserialize, Serialize};

/// The two clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DatabaseClient {
    /// The official driver, through the SSH session.
    Driver,
    /// mongosh on the host.
    Mongosh,
}
