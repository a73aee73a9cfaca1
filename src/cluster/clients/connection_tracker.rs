//! From log lines to the connections that a server has had since it was started.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::{
    ConnectionEvent, Handshakes, LogEvent, Logging, OpenConnection, Remote, log_event::stamp,
};
use crate::cluster::mode::TlsMode;

/// What the host's script says of connections that it left out, for there were too many that ended.
const LEFT_OUT: &str = "tlsplan: ended connections are left out up to ";

/// A probe that only checks the port has disconnected by then.
const LINGERS: SignedDuration = SignedDuration::from_secs(3);
/// So long a connection may be in the server's list and not in the log that was read, or the other way round.
const APART: SignedDuration = SignedDuration::from_secs(10);

/// Whether a connection uses TLS.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Encryption {
    /// It does not.
    Plaintext,
    /// The log does not show it.
    Unknown,
    /// It does.
    Tls,
}

/// The connections to one server since it was started, or since the log goes back.
#[derive(Clone, Debug, Default)]
pub struct ConnectionTracker {
    connections: BTreeMap<u64, Connection>,
    modes: Vec<(Timestamp, TlsMode)>,
    since: Option<Timestamp>,
    reach: Reach,
}

/// How far back a log goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Reach {
    /// To the start of the server.
    Start,
    /// Only to somewhere after it.
    #[default]
    Later,
}

/// One connection.
#[derive(Clone, Debug)]
pub(super) struct Connection {
    pub(super) remote: Remote,
    pub(super) application: Option<String>,
    pub(super) driver: String,
    /// What was said of its speech; nothing yet.
    logged: Option<Encryption>,
    /// Whether it sent anything that the log shows.
    sent_data: bool,
    /// Whether it was there for longer than a check whether the port is.
    outlived_probe: bool,
    pub(super) open: bool,
    /// When it was accepted; `None` where the log does not go back so far.
    pub(super) accepted: Option<Timestamp>,
    /// When it was heard of last; `None` where only the server itself named it.
    pub(super) last: Option<Timestamp>,
}

impl Connection {
    fn new(remote: Remote, accepted: Option<Timestamp>) -> Self {
        Self {
            remote,
            application: None,
            driver: String::new(),
            logged: None,
            sent_data: false,
            outlived_probe: false,
            open: true,
            accepted,
            last: accepted,
        }
    }
}

impl ConnectionTracker {
    /// Reads the next piece of a log, the oldest line first. A line that was read before changes nothing.
    pub fn read<'l>(&mut self, lines: impl IntoIterator<Item = &'l str>) {
        for line in lines {
            match line.strip_prefix(LEFT_OUT) {
                Some(up_to) => self.since = self.since.max(stamp(up_to)),
                None => LogEvent::parse(line).into_iter().for_each(|event| self.take(event)),
            }
        }
    }

    /// From when on everything is known: the start of the server, or what was said of the log.
    #[must_use]
    pub fn since(&self) -> Option<Timestamp> {
        self.since
    }

    /// Says from when on everything is known, where no start of the server was read.
    pub fn goes_back_to(&mut self, first: Timestamp) {
        self.since.get_or_insert(first);
    }

    /// Takes what the server itself says of the connections that are open now: those whose acceptance was
    /// not read are known by nothing else, and those whose end was not read are none.
    pub fn add(&mut self, open: &[OpenConnection], clock: Timestamp) {
        for one in open {
            let known = self.connections.entry(one.number);
            let known = known.or_insert_with(|| Connection::new(one.remote.clone(), None));
            if let Some(accepted) = known.accepted {
                known.outlived_probe |= clock.duration_since(accepted) > LINGERS;
                continue;
            }
            known.application.clone_from(&one.application);
            known.driver.clone_from(&one.driver);
            (known.sent_data, known.last) = (true, Some(clock));
        }
        let is_open = |number: &u64| open.iter().any(|one| one.number == *number);
        for (number, connection) in &mut self.connections {
            let new = |accepted| clock.duration_since(accepted) < APART;
            connection.open &= is_open(number) || connection.accepted.is_some_and(new);
        }
    }

    fn take(&mut self, LogEvent { at, what }: LogEvent) {
        let number = match &what {
            ConnectionEvent::Started => {
                *self = Self { since: Some(at), reach: Reach::Start, ..Self::default() };
                return;
            }
            ConnectionEvent::Mode(mode) => {
                if !self.modes.contains(&(at, *mode)) {
                    self.modes.push((at, *mode));
                }
                return;
            }
            ConnectionEvent::Accepted(number, remote) => {
                let fresh = || Connection::new(remote.clone(), Some(at));
                self.connections.entry(*number).or_insert_with(fresh);
                return;
            }
            ConnectionEvent::Ended(number)
            | ConnectionEvent::Handshake(number, _)
            | ConnectionEvent::Plaintext(number) => *number,
            ConnectionEvent::Client { connection, .. } => *connection,
        };
        // One that was accepted before this piece begins is known by nothing but its number.
        let Some(connection) = self.connections.get_mut(&number) else { return };
        connection.last = connection.last.max(Some(at));
        match what {
            ConnectionEvent::Ended(_) => {
                connection.open = false;
                let whole = connection.accepted.map(|accepted| at.duration_since(accepted));
                connection.outlived_probe |= whole.is_some_and(|whole| whole > LINGERS);
            }
            ConnectionEvent::Handshake(_, remote) if remote == connection.remote => {
                connection.logged.get_or_insert(Encryption::Tls);
            }
            ConnectionEvent::Plaintext(_) => connection.logged = Some(Encryption::Plaintext),
            ConnectionEvent::Client { application, driver, .. } => {
                (connection.application, connection.driver) = (application, driver);
                connection.sent_data = true;
            }
            ConnectionEvent::Handshake(..)
            | ConnectionEvent::Accepted(..)
            | ConnectionEvent::Started
            | ConnectionEvent::Mode(_) => {}
        }
    }

    /// Whether the log shows this connection, which is open now.
    pub(super) fn shows(&self, open: &OpenConnection) -> bool {
        self.connections
            .get(&open.number)
            .is_some_and(|known| known.accepted.is_some() && known.remote == open.remote)
    }

    /// Whether the log shows an open connection of this application.
    pub(super) fn knows(&self, application: &str) -> bool {
        self.connections.values().any(|one| {
            one.open && one.accepted.is_some() && one.application.as_deref() == Some(application)
        })
    }

    /// How far back the log goes.
    pub(super) fn reach(&self) -> Reach {
        self.reach
    }

    /// The connections of clients. One that said nothing, as of a check whether the port is there, is
    /// none.
    pub(super) fn client_connections(
        &self,
        logging: &Logging,
    ) -> impl Iterator<Item = (&Connection, Encryption)> {
        let logging = logging.clone();
        self.connections
            .values()
            .filter_map(move |one| Some((one, self.encryption(one, &logging)?)))
    }

    fn encryption(&self, connection: &Connection, logging: &Logging) -> Option<Encryption> {
        if connection.logged.is_some() || !(connection.sent_data || connection.outlived_probe) {
            return connection.logged;
        }
        let Some(accepted) = connection.accepted else { return Some(Encryption::Unknown) };
        Some(match (self.mode_at(accepted, logging.start_mode), logging.handshakes) {
            (TlsMode::Disabled, _) => Encryption::Plaintext,
            (TlsMode::Require, _) => Encryption::Tls,
            // An old driver that says no name, or somebody who only holds the line.
            _ if !connection.sent_data => Encryption::Unknown,
            (_, Handshakes::Logged) => Encryption::Plaintext,
            // It names those without.
            (TlsMode::Prefer, Handshakes::NotLogged) => Encryption::Tls,
            (_, Handshakes::NotLogged | Handshakes::Hidden) => Encryption::Unknown,
        })
    }

    fn mode_at(&self, at: Timestamp, start: TlsMode) -> TlsMode {
        let before = self.modes.iter().filter(|(set, _)| *set <= at);
        before.max_by_key(|(set, _)| *set).map_or(start, |(_, mode)| *mode)
    }
}
