//! From the lines of a log to the connections of one life of a server.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Handshakes, LogEvent, Logging, OpenConnection, Remote, Said, event::stamp};
use crate::cluster::mode::TlsMode;

/// What the host's script says of connections that it left out, for there were too many that ended.
const LEFT_OUT: &str = "tlsplan: ended connections are left out up to ";

/// How a connection spoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Speech {
    /// In plaintext.
    Plaintext,
    /// That cannot be told.
    Unknown,
    /// With TLS.
    Tls,
}

/// The connections to one server since it was started, or since the log goes back.
#[derive(Clone, Debug, Default)]
pub struct Census {
    connections: BTreeMap<u64, Connection>,
    modes: Vec<(Timestamp, TlsMode)>,
    since: Option<Timestamp>,
}

/// One connection.
#[derive(Clone, Debug)]
pub(super) struct Connection {
    pub(super) remote: Remote,
    pub(super) application: Option<String>,
    pub(super) driver: String,
    /// What was said of its speech; nothing yet.
    told: Option<Speech>,
    /// Whether it sent anything that the log shows.
    spoke: bool,
    pub(super) open: bool,
    /// When it was accepted; `None` where the log does not go back so far.
    pub(super) accepted: Option<Timestamp>,
    /// When it was heard of last; `None` where only the server itself named it.
    pub(super) last: Option<Timestamp>,
}

impl Connection {
    fn of(remote: Remote, accepted: Option<Timestamp>) -> Self {
        Self {
            remote,
            application: None,
            driver: String::new(),
            told: None,
            spoke: false,
            open: true,
            accepted,
            last: accepted,
        }
    }
}

impl Census {
    /// Reads the next piece of a log, the oldest line first. A line that was read before changes nothing.
    pub fn read<'l>(&mut self, lines: impl IntoIterator<Item = &'l str>) {
        for line in lines {
            match line.strip_prefix(LEFT_OUT) {
                Some(up_to) => self.since = self.since.max(stamp(up_to)),
                None => LogEvent::read(line).into_iter().for_each(|event| self.take(event)),
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

    /// Takes what the server itself says of the connections that are open now. Those whose acceptance
    /// was not read are known by nothing else.
    pub fn add(&mut self, open: &[OpenConnection], clock: Timestamp) {
        for one in open {
            let known = self.connections.entry(one.number);
            let known = known.or_insert_with(|| Connection::of(one.remote.clone(), None));
            if known.accepted.is_none() {
                known.application.clone_from(&one.application);
                known.driver.clone_from(&one.driver);
                (known.spoke, known.last) = (true, Some(clock));
            }
        }
        let is_open = |number: &u64| open.iter().any(|one| one.number == *number);
        for (number, connection) in &mut self.connections {
            // Its end may never be read.
            connection.open &= connection.accepted.is_some() || is_open(number);
        }
    }

    fn take(&mut self, LogEvent { at, said }: LogEvent) {
        let number = match &said {
            Said::Started => {
                *self = Self { since: Some(at), ..Self::default() };
                return;
            }
            Said::Mode(mode) => {
                if !self.modes.contains(&(at, *mode)) {
                    self.modes.push((at, *mode));
                }
                return;
            }
            Said::Accepted(number, remote) => {
                let fresh = || Connection::of(remote.clone(), Some(at));
                self.connections.entry(*number).or_insert_with(fresh);
                return;
            }
            Said::Ended(number) | Said::Handshake(number, _) | Said::Plaintext(number) => *number,
            Said::Client { connection, .. } => *connection,
        };
        // One that was accepted before this piece begins is known by nothing but its number.
        let Some(connection) = self.connections.get_mut(&number) else { return };
        connection.last = connection.last.max(Some(at));
        match said {
            Said::Ended(_) => connection.open = false,
            Said::Handshake(..) => connection.told = Some(Speech::Tls),
            Said::Plaintext(_) => connection.told = Some(Speech::Plaintext),
            Said::Client { application, driver, .. } => {
                (connection.application, connection.driver) = (application, driver);
                connection.spoke = true;
            }
            Said::Accepted(..) | Said::Started | Said::Mode(_) => {}
        }
    }

    /// Whether the log shows a connection of this application.
    pub(super) fn knows(&self, application: &str) -> bool {
        self.connections
            .values()
            .any(|one| one.accepted.is_some() && one.application.as_deref() == Some(application))
    }

    /// The connections of clients. One that said nothing, as of a check whether the port is there, is
    /// none.
    pub(super) fn spoken(&self, logging: &Logging) -> impl Iterator<Item = (&Connection, Speech)> {
        let logging = logging.clone();
        self.connections.values().filter_map(move |one| Some((one, self.speech(one, &logging)?)))
    }

    fn speech(&self, connection: &Connection, logging: &Logging) -> Option<Speech> {
        if connection.told.is_some() || !connection.spoke {
            return connection.told;
        }
        let Some(accepted) = connection.accepted else { return Some(Speech::Unknown) };
        Some(match (self.mode_at(accepted, logging.start_mode), logging.handshakes) {
            (TlsMode::Disabled, _) | (_, Handshakes::Logged) => Speech::Plaintext,
            // At preferTLS it names those without.
            (TlsMode::Require, _) | (TlsMode::Prefer, Handshakes::NotLogged) => Speech::Tls,
            (_, Handshakes::NotLogged | Handshakes::Hidden) => Speech::Unknown,
        })
    }

    fn mode_at(&self, at: Timestamp, start: TlsMode) -> TlsMode {
        let before = self.modes.iter().filter(|(set, _)| *set <= at);
        before.max_by_key(|(set, _)| *set).map_or(start, |(_, mode)| *mode)
    }
}
