//! From the lines of a log to a table of clients.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{LogEvent, Remote, Said};

/// Whether the server's file asks for a line per handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handshakes {
    /// `net.tls.logVersions` is set: who shook no hands spoke plaintext.
    Logged,
    /// It is not: only at preferTLS does the server itself name those without TLS.
    NotLogged,
}

/// How a connection spoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Speech {
    /// In plaintext.
    Plaintext,
    /// That cannot be told from the log.
    Unknown,
    /// With TLS.
    Tls,
}

/// Connections of one kind from one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// The address.
    pub address: String,
    /// The application, where it says its name.
    pub application: Option<String>,
    /// The driver and its version; empty where it said nothing.
    pub driver: String,
    /// How it spoke.
    pub speech: Speech,
    /// How many connections, and how many of them are still open.
    pub connections: (usize, usize),
    /// When the last of them was opened, or was heard of.
    pub last: Timestamp,
}

/// Who spoke to one server in a piece of its log.
#[derive(Clone, Debug, Default)]
pub struct Census {
    connections: BTreeMap<u64, Connection>,
}

#[derive(Clone, Debug)]
struct Connection {
    remote: Remote,
    application: Option<String>,
    driver: String,
    /// What was said of its speech; nothing yet.
    told: Option<Speech>,
    /// Whether it sent anything that the log shows.
    spoke: bool,
    open: bool,
    last: Timestamp,
}

impl Census {
    /// Reads a piece of a log, the oldest line first. Numbers begin anew with each life of a server: a
    /// piece is of one life.
    pub fn of<'l>(lines: impl IntoIterator<Item = &'l str>) -> Self {
        let mut census = Self::default();
        for event in lines.into_iter().filter_map(LogEvent::read) {
            census.take(event);
        }
        census
    }

    fn take(&mut self, LogEvent { at, said }: LogEvent) {
        let number = match &said {
            Said::Accepted(number, remote) => {
                let fresh = Connection {
                    remote: remote.clone(),
                    application: None,
                    driver: String::new(),
                    told: None,
                    spoke: false,
                    open: true,
                    last: at,
                };
                self.connections.insert(*number, fresh);
                return;
            }
            Said::Ended(number) | Said::Handshake(number, _) | Said::Plaintext(number) => *number,
            Said::Client { connection, .. } => *connection,
        };
        // One that was accepted before this piece begins is known by nothing but its number.
        let Some(connection) = self.connections.get_mut(&number) else { return };
        connection.last = at;
        match said {
            Said::Ended(_) => connection.open = false,
            Said::Handshake(..) => connection.told = Some(Speech::Tls),
            Said::Plaintext(_) => connection.told = Some(Speech::Plaintext),
            Said::Client { application, driver, .. } => {
                (connection.application, connection.driver) = (application, driver);
                connection.spoke = true;
            }
            Said::Accepted(..) => {}
        }
    }

    /// The clients, those in plaintext first. A connection that said nothing, as of a check whether the
    /// port is there, is no client.
    #[must_use]
    pub fn clients(&self, handshakes: Handshakes) -> Vec<Client> {
        let mut clients: BTreeMap<(Speech, String, Option<String>, String), Client> =
            BTreeMap::new();
        for connection in self.connections.values() {
            let Some(speech) = connection.speech(handshakes) else { continue };
            let (address, driver) = (connection.remote.address.clone(), connection.driver.clone());
            let application = connection.application.clone();
            let key = (speech, address.clone(), application.clone(), driver.clone());
            let client = clients.entry(key).or_insert_with(|| Client {
                address,
                application,
                driver,
                speech,
                connections: (0, 0),
                last: connection.last,
            });
            client.connections.0 += 1;
            client.connections.1 += usize::from(connection.open);
            client.last = client.last.max(connection.last);
        }
        clients.into_values().collect()
    }
}

impl Connection {
    fn speech(&self, handshakes: Handshakes) -> Option<Speech> {
        match (self.told, self.spoke, handshakes) {
            (Some(told), ..) => Some(told),
            (None, false, _) => None,
            (None, true, Handshakes::Logged) => Some(Speech::Plaintext),
            (None, true, Handshakes::NotLogged) => Some(Speech::Unknown),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each log has the same clients: `billing` in plaintext and `orders` with TLS, at allowTLS and,
    /// after a restart, at preferTLS; and each time somebody who connects and says nothing.
    fn lives(log: &str) -> Vec<Vec<&str>> {
        let mut lives: Vec<Vec<&str>> = Vec::new();
        let mut last = 0;
        for line in log.lines() {
            if let Some(LogEvent { said: Said::Accepted(number, _), .. }) = LogEvent::read(line) {
                if lives.is_empty() || number < last {
                    lives.push(Vec::new());
                }
                last = number;
            }
            lives.last_mut().unwrap().push(line);
        }
        lives
    }

    fn told(clients: &[Client]) -> Vec<String> {
        let words = |client: &Client| {
            let application = client.application.as_deref().unwrap_or("nobody");
            format!("{:?} {} {application}", client.speech, client.address)
        };
        let mut told: Vec<_> = clients.iter().map(words).collect();
        told.dedup();
        told
    }

    #[test]
    fn text_and_json_logs_give_the_same_answer_for_the_same_clients() {
        for log in [
            include_str!("../../../tests/captured/clients_4.2.6.log"),
            include_str!("../../../tests/captured/clients_6.0.5.log"),
        ] {
            let lives = lives(log);
            assert_eq!(lives.len(), 2);
            for life in &lives {
                let clients = Census::of(life.iter().copied()).clients(Handshakes::Logged);
                assert_eq!(told(&clients), ["Plaintext 127.0.0.1 billing", "Tls 127.0.0.1 orders"]);
                let open: usize = clients.iter().map(|client| client.connections.1).sum();
                assert_eq!(open, 0);
                assert!(clients.iter().all(|client| client.driver.starts_with("nodejs|mongosh ")));
            }
        }
    }

    #[test]
    fn without_lines_of_handshakes_only_prefer_tls_tells() {
        let log = include_str!("../../../tests/captured/clients_6.0.5.log");
        let lives = lives(log);
        let blind = |life: &[&'static str]| {
            let seen = life.iter().copied().filter(|line| !line.contains("\"id\":23218"));
            told(&Census::of(seen).clients(Handshakes::NotLogged))
        };
        assert_eq!(blind(&lives[0]), ["Unknown 127.0.0.1 billing", "Unknown 127.0.0.1 orders"]);
        assert_eq!(blind(&lives[1]), ["Plaintext 127.0.0.1 billing", "Unknown 127.0.0.1 orders"]);
    }
}
