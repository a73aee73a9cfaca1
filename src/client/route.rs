//! Which client connects to a member, with TLS or without: a pure ordering of the routes.
//!
//! Reads go by the driver where it can connect, changes by mongosh, so that a change is verified by
//! another client than the one that made it. A member at preferTLS logs each new plaintext connection,
//! which is how plaintext clients are found, so with a client certificate tlsplan does not add to that
//! log. The known mode may be out of date: routes that it rules out are tried last.

use super::settings::ReadWith;
use crate::{cluster::mode::TlsMode, event::DatabaseClient};

/// One way to speak to a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientRoute {
    /// The client.
    pub client: DatabaseClient,
    /// What is spoken on the wire.
    pub channel: Channel,
}

/// What is spoken on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// Plaintext.
    Plaintext,
    /// TLS, both sides verified.
    Tls,
}

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To learn what is true.
    Read,
    /// To change a parameter or an office.
    Change,
}

/// What the order depends on.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// What the connection is for.
    pub purpose: Purpose,
    /// The mode that the server was last known in.
    pub mode: Option<TlsMode>,
    /// Whether the plan has `[mongodb.client]`.
    pub client_certificate: ClientCertificate,
    /// Whether the driver has been found to know the server's version.
    pub driver: Compatibility,
    /// The client that the plan pins for reading.
    pub read_with: Option<ReadWith>,
    /// The way that worked last for this purpose.
    pub worked: Option<ClientRoute>,
}

/// Whether this machine has files to connect to members by TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientCertificate {
    /// The plan has `[mongodb.client]`.
    Given,
    /// It has not: only mongosh on the hosts connects by TLS.
    Missing,
}

/// Whether a client knows the server's version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compatibility {
    /// As far as is known.
    Compatible,
    /// The server is too old for it.
    Incompatible,
}

impl ClientRoute {
    /// A client and what it speaks.
    #[must_use]
    pub const fn new(client: DatabaseClient, channel: Channel) -> Self {
        Self { client, channel }
    }

    /// The way in words, for messages.
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match (self.client, self.channel) {
            (DatabaseClient::Driver, Channel::Plaintext) => "the driver in plaintext",
            (DatabaseClient::Driver, Channel::Tls) => "the driver by TLS",
            (DatabaseClient::Mongosh, Channel::Plaintext) => "mongosh in plaintext",
            (DatabaseClient::Mongosh, Channel::Tls) => "mongosh by TLS",
        }
    }
}

/// The ways to try, best first.
#[must_use]
pub fn routes(facts: Facts) -> Vec<ClientRoute> {
    let mut routes: Vec<ClientRoute> = clients(facts)
        .into_iter()
        .flat_map(|client| channels(facts).map(|channel| ClientRoute { client, channel }))
        .filter(|route| is_possible(facts, *route))
        .collect();
    routes.sort_by_key(|route| {
        let plausible = facts.mode.is_none_or(|mode| takes(mode, route.channel));
        (!plausible, facts.worked != Some(*route))
    });
    routes
}

fn clients(facts: Facts) -> Vec<DatabaseClient> {
    match (facts.purpose, facts.read_with) {
        (Purpose::Read, Some(ReadWith::Driver)) => vec![DatabaseClient::Driver],
        (Purpose::Read, Some(ReadWith::Mongosh)) => vec![DatabaseClient::Mongosh],
        (Purpose::Read, None) => vec![DatabaseClient::Driver, DatabaseClient::Mongosh],
        (Purpose::Change, _) => vec![DatabaseClient::Mongosh, DatabaseClient::Driver],
    }
}

fn channels(facts: Facts) -> [Channel; 2] {
    match facts.mode {
        Some(TlsMode::Prefer | TlsMode::Require) => [Channel::Tls, Channel::Plaintext],
        Some(TlsMode::Disabled | TlsMode::Allow) | None => [Channel::Plaintext, Channel::Tls],
    }
}

fn is_possible(facts: Facts, route: ClientRoute) -> bool {
    match (route.client, route.channel) {
        (DatabaseClient::Mongosh, _) => true,
        (DatabaseClient::Driver, _) if facts.driver == Compatibility::Incompatible => false,
        (DatabaseClient::Driver, channel) => {
            channel == Channel::Plaintext || facts.client_certificate == ClientCertificate::Given
        }
    }
}

fn takes(mode: TlsMode, channel: Channel) -> bool {
    match channel {
        Channel::Plaintext => mode.takes_plaintext(),
        Channel::Tls => mode.takes_tls(),
    }
}

#[cfg(test)]
mod tests {
    use super::{TlsMode::*, *};

    const DRIVER: ClientRoute = ClientRoute::new(DatabaseClient::Driver, Channel::Plaintext);
    const DRIVER_TLS: ClientRoute = ClientRoute::new(DatabaseClient::Driver, Channel::Tls);
    const SHELL: ClientRoute = ClientRoute::new(DatabaseClient::Mongosh, Channel::Plaintext);
    const SHELL_TLS: ClientRoute = ClientRoute::new(DatabaseClient::Mongosh, Channel::Tls);

    fn read(mode: Option<TlsMode>) -> Facts {
        Facts {
            purpose: Purpose::Read,
            mode,
            client_certificate: ClientCertificate::Given,
            driver: Compatibility::Compatible,
            read_with: None,
            worked: None,
        }
    }

    #[test]
    fn reads_go_by_the_driver_and_by_what_the_mode_takes() {
        for (mode, expected) in [
            (None, [DRIVER, DRIVER_TLS, SHELL, SHELL_TLS]),
            (Some(Disabled), [DRIVER, SHELL, DRIVER_TLS, SHELL_TLS]),
            (Some(Allow), [DRIVER, DRIVER_TLS, SHELL, SHELL_TLS]),
            (Some(Prefer), [DRIVER_TLS, DRIVER, SHELL_TLS, SHELL]),
            (Some(Require), [DRIVER_TLS, SHELL_TLS, DRIVER, SHELL]),
        ] {
            assert_eq!(routes(read(mode)), expected, "{mode:?}");
        }
    }

    #[test]
    fn without_an_identity_only_hosts_speak_tls() {
        for (mode, expected) in [
            (Disabled, [DRIVER, SHELL, SHELL_TLS]),
            (Prefer, [DRIVER, SHELL_TLS, SHELL]),
            (Require, [SHELL_TLS, DRIVER, SHELL]),
        ] {
            let facts =
                Facts { client_certificate: ClientCertificate::Missing, ..read(Some(mode)) };
            assert_eq!(routes(facts), expected, "{mode}");
        }
    }

    #[test]
    fn changes_go_by_mongosh_and_by_the_driver_where_there_is_none() {
        for (mode, expected) in [
            (Allow, [SHELL, SHELL_TLS, DRIVER, DRIVER_TLS]),
            (Prefer, [SHELL_TLS, SHELL, DRIVER_TLS, DRIVER]),
            (Require, [SHELL_TLS, DRIVER_TLS, SHELL, DRIVER]),
        ] {
            let pinned = Some(ReadWith::Driver);
            let facts = Facts { purpose: Purpose::Change, read_with: pinned, ..read(Some(mode)) };
            assert_eq!(routes(facts), expected, "{mode}");
        }
    }

    #[test]
    fn the_plan_can_pin_the_reader_and_an_old_server_rules_the_driver_out() {
        let pinned = |with| Facts { read_with: Some(with), ..read(Some(Require)) };
        assert_eq!(routes(pinned(ReadWith::Driver)), [DRIVER_TLS, DRIVER]);
        assert_eq!(routes(pinned(ReadWith::Mongosh)), [SHELL_TLS, SHELL]);
        let old = Facts { driver: Compatibility::Incompatible, ..read(Some(Allow)) };
        assert_eq!(routes(old), [SHELL, SHELL_TLS]);
        assert!(routes(Facts { read_with: Some(ReadWith::Driver), ..old }).is_empty());
    }

    #[test]
    fn what_worked_comes_first_as_long_as_the_mode_allows_it() {
        let worked = |mode, route| Facts { worked: Some(route), ..read(Some(mode)) };
        assert_eq!(routes(worked(Allow, SHELL))[0], SHELL);
        assert_eq!(routes(worked(Prefer, DRIVER))[..2], [DRIVER, DRIVER_TLS]);
        assert_eq!(routes(worked(Require, DRIVER)), [DRIVER_TLS, SHELL_TLS, DRIVER, SHELL]);
    }
}
