//! What is known of the clients of one server, look after look.

use std::net::IpAddr;

use jiff::Timestamp;

use super::{
    Client, ClientReading, ConnectionTracker, Connections, Handshakes, LogPlace, Logging,
    OpenConnection, client::group, connection_tracker::Reach, log_event::stamp,
};
use crate::{cluster::mode::TlsMode, name::APP_NAME};

/// A server whose clients are watched.
#[derive(Clone, Debug)]
pub struct ClientWatch {
    tracker: ConnectionTracker,
    logging: Logging,
    unreadable: Option<String>,
    /// What the server itself says of its open connections, at the last look.
    open: Option<Vec<OpenConnection>>,
    place: LogPlace,
    /// The host's clock at the last look.
    pub clock: Timestamp,
    /// The host's own addresses.
    pub addresses: Vec<IpAddr>,
}

/// Why it is not known whether a server's clients use TLS.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, thiserror::Error)]
#[serde(tag = "reason", content = "words", rename_all = "snake_case")]
pub enum VisibilityGap {
    /// It logs no connections.
    #[error("its log does not show connections, because `systemLog.quiet` is set")]
    Quiet,
    /// Its log cannot be read.
    #[error("its log cannot be read: {0}")]
    NotReadable(String),
    /// Its log is not where connections are written down.
    #[error("its log does not show tlsplan's own connection, so it would not show others")]
    OwnConnectionMissing,
    /// Connections from before the log begins are not known.
    #[error(
        "its log does not go back to the server's start, and the server does not list its connections"
    )]
    LogStartMissing,
    /// The host's own addresses are not known, so its servers look like clients.
    #[error("the addresses of its host are not known")]
    NoHostAddresses,
    /// It does not log handshakes, and at allowTLS says nothing else either.
    #[error(
        "it does not log handshakes of every version (`net.tls.logVersions`), so at allowTLS it does not tell plaintext from TLS"
    )]
    NoHandshakes,
    /// It was told not to name clients without TLS.
    #[error(
        "it was started with `disableNonTLSConnectionLogging`, so it does not name clients without TLS"
    )]
    Hidden,
}

impl ClientWatch {
    /// After the first look.
    #[must_use]
    pub fn begin(reading: ClientReading) -> Self {
        let mut watch = Self {
            tracker: ConnectionTracker::default(),
            logging: reading.logging.clone(),
            unreadable: None,
            open: None,
            place: LogPlace::default(),
            clock: reading.clock,
            addresses: Vec::new(),
        };
        watch.take(reading);
        watch
    }

    /// After the next one.
    pub fn take(&mut self, reading: ClientReading) {
        match reading.log {
            Ok(lines) => {
                self.tracker.read(lines.iter().map(String::as_str));
                let first = reading.first_line.as_deref().and_then(stamp);
                self.tracker.goes_back_to(first.unwrap_or(reading.clock));
                self.unreadable = None;
            }
            Err(words) => self.unreadable = Some(words),
        }
        if let Some(open) = &reading.open {
            self.tracker.add(open, reading.clock);
        }
        self.open = reading.open;
        self.logging = reading.logging;
        self.place = reading.place;
        self.clock = reading.clock;
        self.addresses = reading.addresses;
    }

    /// Where the next look goes on.
    #[must_use]
    pub fn place(&self) -> &LogPlace {
        &self.place
    }

    /// Its clients, those in plaintext first.
    #[must_use]
    pub fn clients(&self) -> Vec<Client> {
        group(self.tracker.client_connections(&self.logging))
    }

    /// From when on everything is known of them.
    #[must_use]
    pub fn since(&self) -> Timestamp {
        self.tracker.since().unwrap_or(self.clock)
    }

    /// Whether the log shows our own connection of today. One that is not written any more, for it was taken
    /// from under the server, has only old ones.
    fn shows_us(&self) -> bool {
        let Some(open) = &self.open else { return self.tracker.knows(APP_NAME) };
        let ours = |one: &&OpenConnection| one.application.as_deref() == Some(APP_NAME);
        open.iter().filter(ours).any(|one| self.tracker.shows(one))
    }

    /// What stands in the way of knowing them, while the server runs in this mode.
    #[must_use]
    pub fn visibility_gap(&self, running: TlsMode) -> Option<VisibilityGap> {
        if let Some(words) = &self.unreadable {
            return Some(VisibilityGap::NotReadable(words.clone()));
        }
        if self.logging.connections == Connections::Quiet {
            return Some(VisibilityGap::Quiet);
        }
        if !self.shows_us() {
            return Some(VisibilityGap::OwnConnectionMissing);
        }
        if self.open.is_none() && self.tracker.reach() == Reach::Later {
            return Some(VisibilityGap::LogStartMissing);
        }
        if self.addresses.is_empty() {
            return Some(VisibilityGap::NoHostAddresses);
        }
        match (self.logging.handshakes, running) {
            (Handshakes::NotLogged | Handshakes::Hidden, TlsMode::Allow) => {
                Some(VisibilityGap::NoHandshakes)
            }
            (Handshakes::Hidden, TlsMode::Prefer) => Some(VisibilityGap::Hidden),
            _ => None,
        }
    }
}
