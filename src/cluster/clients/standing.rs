//! Whether the gate may open: who stands in the way, and for how long nobody has.

use std::{collections::BTreeSet, net::IpAddr, time::Duration};

use jiff::Timestamp;

use super::{Allowed, Blindness, Client, Speech, Watch, ours::is_ours};
use crate::{cluster::mode::TlsMode, name::HostName};

/// A server that is watched, and the mode it runs in.
#[derive(Clone, Debug)]
pub struct Watched {
    /// Its host.
    pub host: HostName,
    /// The mode.
    pub running: TlsMode,
    /// What is known of its clients.
    pub watch: Watch,
}

/// A client of one server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The server's host.
    pub host: HostName,
    /// The client.
    pub client: Client,
}

/// What is true of a gate at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// For how long nobody has spoken plaintext to any server, as far as that is proved.
    pub quiet: Duration,
    /// Who spoke plaintext, or may have, within the time asked for or still could.
    pub in_the_way: Vec<Seen>,
    /// The servers whose clients cannot be told from each other.
    pub blind: Vec<(HostName, Blindness)>,
}

/// Every client of every server that is neither one of the servers nor tlsplan itself.
#[must_use]
pub fn clients(watched: &[Watched]) -> Vec<Seen> {
    let addresses = addresses(watched);
    let of = |one: &Watched| {
        let strangers = one.watch.clients().into_iter().filter(|it| !is_ours(it, &addresses));
        let seen = |client| Seen { host: one.host.clone(), client };
        strangers.map(seen).collect::<Vec<_>>()
    };
    watched.iter().flat_map(of).collect()
}

/// The servers whose clients cannot be told from each other.
#[must_use]
pub fn blind(watched: &[Watched]) -> Vec<(HostName, Blindness)> {
    let blind = |one: &Watched| Some((one.host.clone(), one.watch.blind(one.running)?));
    watched.iter().filter_map(blind).collect()
}

/// Looks at all servers together.
#[must_use]
pub fn standing(watched: &[Watched], free_for: Duration, allow: &[Allowed]) -> Standing {
    let clients: Vec<_> = clients(watched)
        .into_iter()
        .filter(|seen| seen.client.speech != Speech::Tls)
        .filter(|seen| !allow.iter().any(|allowed| allowed.covers(&seen.client)))
        .collect();
    let quiet = watched.iter().map(|one| {
        let own = clients.iter().filter(|seen| seen.host == one.host);
        own.map(|seen| quiet_after(&seen.client, one))
            .fold(ago(one.watch.since(), one), Duration::min)
    });
    let quiet = quiet.min().unwrap_or(Duration::ZERO);
    let clock = |host: &HostName| watched.iter().find(|one| &one.host == host);
    let recent = |seen: &Seen| {
        clock(&seen.host).is_some_and(|one| quiet_after(&seen.client, one) < free_for)
    };
    Standing {
        quiet,
        in_the_way: clients.into_iter().filter(recent).collect(),
        blind: blind(watched),
    }
}

/// The addresses of all hosts.
fn addresses(watched: &[Watched]) -> BTreeSet<IpAddr> {
    watched.iter().flat_map(|one| one.watch.addresses.iter().copied()).collect()
}

/// For how long a client has not been there.
fn quiet_after(client: &Client, one: &Watched) -> Duration {
    match client.last {
        _ if client.open > 0 => Duration::ZERO,
        Some(last) => ago(last, one),
        None => Duration::ZERO,
    }
}

fn ago(then: Timestamp, one: &Watched) -> Duration {
    Duration::try_from(one.watch.clock.duration_since(then)).unwrap_or_default()
}
