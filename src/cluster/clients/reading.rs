//! What one look at a server says of its clients: its log, its options, its own list. Plain data.

use std::net::IpAddr;

use jiff::Timestamp;

use super::Remote;
use crate::cluster::mode::TlsMode;

/// One look.
#[derive(Clone, Debug)]
pub struct ClientReading {
    /// The lines of the log that are about connections: all of this life at the first look, later
    /// those that are new.
    pub log: Result<Vec<String>, String>,
    /// The beginning of the first line of all that was read, at the first look.
    pub first_line: Option<String>,
    /// Where the log ended.
    pub place: LogPlace,
    /// The host's clock.
    pub clock: Timestamp,
    /// The host's own addresses.
    pub addresses: Vec<IpAddr>,
    /// What the server writes into its log.
    pub logging: Logging,
    /// The connections that are open now, by the server itself; `None` where it does not tell us.
    pub open: Option<Vec<OpenConnection>>,
}

/// Where a log ended when it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogPlace {
    /// The file.
    pub inode: u64,
    /// Its size.
    pub size: u64,
}

/// What a running server writes into its log, by the options it was started with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logging {
    /// The mode in which it was started.
    pub start_mode: TlsMode,
    /// What it says of handshakes.
    pub handshakes: Handshakes,
    /// Whether it says anything of connections.
    pub connections: Connections,
}

/// What a server logs of how a connection speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handshakes {
    /// `net.tls.logVersions` has every version: no logged handshake means plaintext.
    Logged,
    /// It has not: only at preferTLS does the server itself name those without TLS.
    NotLogged,
    /// Not even that: `disableNonTLSConnectionLogging` is set.
    Hidden,
}

/// Whether a server logs connections at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connections {
    /// It does.
    Logged,
    /// `systemLog.quiet` is set.
    Quiet,
}

/// A connection that is open, by the server's own word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenConnection {
    /// Its number.
    pub number: u64,
    /// The other end.
    pub remote: Remote,
    /// The application, where it says its name.
    pub application: Option<String>,
    /// The driver and its version; empty where it said nothing.
    pub driver: String,
}

impl Handshakes {
    /// By the list in `net.tls.logVersions`. A list that leaves a version out would make clients of that
    /// version look like plaintext.
    #[must_use]
    pub fn from_log_versions(versions: Option<&str>) -> Self {
        let listed = |wanted: &&str| {
            versions.unwrap_or_default().split(',').any(|version| version.trim() == *wanted)
        };
        let all = LOG_VERSIONS.split(',').all(|version| listed(&version));
        if all { Self::Logged } else { Self::NotLogged }
    }
}

/// Every version that a server from 4.2 on can log, as `net.tls.logVersions` wants it.
pub const LOG_VERSIONS: &str = "TLS1_0,TLS1_1,TLS1_2,TLS1_3";
