//! Which client speaks to a member, and how: a pure ordering of the ways there are.
//!
//! Reads go by the driver where it can connect, changes by mongosh, so that what is changed is
//! verified by something that did not change it. A member at preferTLS logs each new plaintext
//! connection, which is how plaintext clients are found, so where we have an identity of our own
//! we do not add to that log. The mode that is known may be of yesterday: what it rules out is
//! tried all the same, last.

use super::settings::ReadWith;
use crate::{cluster::mode::TlsMode, event::DatabaseClient};

/// One way to speak to a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    /// The client.
    pub client: DatabaseClient,
    /// What is spoken on the wire.
    pub wire: Wire,
}

/// What is spoken on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wire {
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

/// What the order hangs on.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// What the connection is for.
    pub purpose: Purpose,
    /// The mode that the server was last known in.
    pub mode: Option<TlsMode>,
    /// Whether the plan has `[mongodb.client]`.
    pub identity: Identity,
    /// Whether the driver has been found to know the server's version.
    pub driver: Fitness,
    /// The client that the plan pins for reading.
    pub read_with: Option<ReadWith>,
    /// The way that worked last for this purpose.
    pub worked: Option<Way>,
}

/// Whether the controller can show itself to members by TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity {
    /// There are files for it in the plan.
    Own,
    /// There are none: only hosts speak TLS.
    None,
}

/// Whether a client knows the server's version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fitness {
    /// As far as is known.
    Fit,
    /// The server is too old for it.
    Unfit,
}

impl Way {
    /// A client and what it speaks.
    #[must_use]
    pub const fn new(client: DatabaseClient, wire: Wire) -> Self {
        Self { client, wire }
    }

    /// The way in words, for messages.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match (self.client, self.wire) {
            (DatabaseClient::Driver, Wire::Plaintext) => "the driver in plaintext",
            (DatabaseClient::Driver, Wire::Tls) => "the driver by TLS",
            (DatabaseClient::Mongosh, Wire::Plaintext) => "mongosh in plaintext",
            (DatabaseClient::Mongosh, Wire::Tls) => "mongosh by TLS",
        }
    }
}

/// The ways to try, best first.
#[must_use]
pub fn ways(facts: Facts) -> Vec<Way> {
    let mut ways: Vec<Way> = clients(facts)
        .into_iter()
        .flat_map(|client| wires(facts).map(|wire| Way { client, wire }))
        .filter(|way| is_possible(facts, *way))
        .collect();
    ways.sort_by_key(|way| {
        let plausible = facts.mode.is_none_or(|mode| takes(mode, way.wire));
        (!plausible, facts.worked != Some(*way))
    });
    ways
}

fn clients(facts: Facts) -> Vec<DatabaseClient> {
    match (facts.purpose, facts.read_with) {
        (Purpose::Read, Some(ReadWith::Driver)) => vec![DatabaseClient::Driver],
        (Purpose::Read, Some(ReadWith::Mongosh)) => vec![DatabaseClient::Mongosh],
        (Purpose::Read, None) => vec![DatabaseClient::Driver, DatabaseClient::Mongosh],
        (Purpose::Change, _) => vec![DatabaseClient::Mongosh, DatabaseClient::Driver],
    }
}

fn wires(facts: Facts) -> [Wire; 2] {
    match facts.mode {
        Some(TlsMode::Prefer | TlsMode::Require) => [Wire::Tls, Wire::Plaintext],
        Some(TlsMode::Disabled | TlsMode::Allow) | None => [Wire::Plaintext, Wire::Tls],
    }
}

fn is_possible(facts: Facts, way: Way) -> bool {
    match (way.client, way.wire) {
        (DatabaseClient::Mongosh, _) => true,
        (DatabaseClient::Driver, _) if facts.driver == Fitness::Unfit => false,
        (DatabaseClient::Driver, wire) => {
            wire == Wire::Plaintext || facts.identity == Identity::Own
        }
    }
}

fn takes(mode: TlsMode, wire: Wire) -> bool {
    match wire {
        Wire::Plaintext => mode.takes_plaintext(),
        Wire::Tls => mode.takes_tls(),
    }
}

#[cfg(test)]
mod tests {
    use super::{TlsMode::*, *};

    const DRIVER: Way = Way::new(DatabaseClient::Driver, Wire::Plaintext);
    const DRIVER_TLS: Way = Way::new(DatabaseClient::Driver, Wire::Tls);
    const SHELL: Way = Way::new(DatabaseClient::Mongosh, Wire::Plaintext);
    const SHELL_TLS: Way = Way::new(DatabaseClient::Mongosh, Wire::Tls);

    fn read(mode: Option<TlsMode>) -> Facts {
        Facts {
            purpose: Purpose::Read,
            mode,
            identity: Identity::Own,
            driver: Fitness::Fit,
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
            assert_eq!(ways(read(mode)), expected, "{mode:?}");
        }
    }

    #[test]
    fn without_an_identity_only_hosts_speak_tls() {
        for (mode, expected) in [
            (Disabled, [DRIVER, SHELL, SHELL_TLS]),
            (Prefer, [DRIVER, SHELL_TLS, SHELL]),
            (Require, [SHELL_TLS, DRIVER, SHELL]),
        ] {
            let facts = Facts { identity: Identity::None, ..read(Some(mode)) };
            assert_eq!(ways(facts), expected, "{mode}");
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
            assert_eq!(ways(facts), expected, "{mode}");
        }
    }

    #[test]
    fn the_plan_can_pin_the_reader_and_an_old_server_rules_the_driver_out() {
        let pinned = |with| Facts { read_with: Some(with), ..read(Some(Require)) };
        assert_eq!(ways(pinned(ReadWith::Driver)), [DRIVER_TLS, DRIVER]);
        assert_eq!(ways(pinned(ReadWith::Mongosh)), [SHELL_TLS, SHELL]);
        let old = Facts { driver: Fitness::Unfit, ..read(Some(Allow)) };
        assert_eq!(ways(old), [SHELL, SHELL_TLS]);
        assert!(ways(Facts { read_with: Some(ReadWith::Driver), ..old }).is_empty());
    }

    #[test]
    fn what_worked_comes_first_as_long_as_the_mode_allows_it() {
        let worked = |mode, way| Facts { worked: Some(way), ..read(Some(mode)) };
        assert_eq!(ways(worked(Allow, SHELL))[0], SHELL);
        assert_eq!(ways(worked(Prefer, DRIVER))[..2], [DRIVER, DRIVER_TLS]);
        assert_eq!(ways(worked(Require, DRIVER)), [DRIVER_TLS, SHELL_TLS, DRIVER, SHELL]);
    }
}
