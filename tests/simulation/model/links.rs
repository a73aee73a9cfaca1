//! Who can talk to whom: modes and certificates are looked at once per connection.

use tlsplan::cluster::mode::TlsMode;

use super::{faults::Certificate, host::Power, world::World};

/// What becomes of a message from one member to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reached {
    Well,
    Refused(&'static str),
    /// Nothing comes back.
    Silent,
}

impl World {
    /// Sends something from one member to another, over a new connection where there is none.
    pub(crate) fn reach(&mut self, from: usize, to: usize) -> Reached {
        let reached = self.would_reach(from, to);
        let life = self.hosts[to].server.as_ref().map(|server| server.life);
        if let Some(server) = self.hosts[from].server.as_mut() {
            server.links[to] = if reached == Reached::Well { life } else { None };
        }
        reached
    }

    pub(crate) fn would_reach(&self, from: usize, to: usize) -> Reached {
        let Some(server) = self.hosts[from].server.as_ref().filter(|it| it.answers()) else {
            return Reached::Silent;
        };
        if self.hosts[to].power == Power::Off {
            return Reached::Silent;
        }
        let Some(peer) = self.hosts[to].server.as_ref().filter(|it| it.office.listens()) else {
            return Reached::Refused("Connection refused");
        };
        if peer.frozen {
            return Reached::Silent;
        }
        if server.links[to] == Some(peer.life) {
            return Reached::Well;
        }
        if server.mode < TlsMode::Prefer {
            return if peer.mode.takes_plaintext() {
                Reached::Well
            } else {
                Reached::Refused("the server is configured to only allow SSL connections")
            };
        }
        if !peer.mode.takes_tls() {
            return Reached::Refused(
                "SSL handshake received but server is started without SSL support",
            );
        }
        let (mine, theirs) = (self.certificate(from), self.certificate(to));
        match (mine, theirs) {
            (Certificate::WrongCa, _) | (_, Certificate::WrongCa) => {
                Reached::Refused("SSL peer certificate validation failed")
            }
            (_, Certificate::WrongName) => {
                Reached::Refused("The server certificate does not match the remote host name")
            }
            _ => Reached::Well,
        }
    }

    fn certificate(&self, host: usize) -> Certificate {
        self.hosts[host].faults.certificate
    }

    /// `dropConnections`: what is said next goes over new connections.
    pub(crate) fn drop_connections(&mut self, host: usize, to: &[usize]) {
        if let Some(server) = self.hosts[host].server.as_mut() {
            for &peer in to {
                server.links[peer] = None;
            }
        }
    }
}
