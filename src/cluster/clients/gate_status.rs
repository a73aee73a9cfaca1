//! Whether the gate may open: which clients block it, and for how long none has.

use std::{collections::BTreeSet, net::IpAddr, time::Duration};

use jiff::Timestamp;

use super::{
    Allowed, Client, ClientWatch, Encryption, VisibilityGap, internal::is_internal_client,
};
use crate::{cluster::mode::TlsMode, name::HostName};

/// A server that is watched, and the mode it runs in.
#[derive(Clone, Debug)]
pub struct WatchedServer {
    /// Its host.
    pub host: HostName,
    /// The mode.
    pub running: TlsMode,
    /// What is known of its clients.
    pub watch: ClientWatch,
}

/// A client of one server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObservedClient {
    /// The server's host.
    pub host: HostName,
    /// The client.
    pub client: Client,
}

/// What is true of a gate at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GateStatus {
    /// For how long no client has used plaintext with any server, as far as that is proved.
    pub quiet: Duration,
    /// Clients that used plaintext, or may have, within the time asked for, or still can.
    pub in_the_way: Vec<ObservedClient>,
    /// The servers of whose clients it is not known whether they use TLS.
    pub blind: Vec<(HostName, VisibilityGap)>,
}

/// Every client of every server that is neither one of the servers nor tlsplan itself.
#[must_use]
pub fn clients(watched: &[WatchedServer]) -> Vec<ObservedClient> {
    let addresses = addresses(watched);
    let of = |one: &WatchedServer| {
        let strangers =
            one.watch.clients().into_iter().filter(|it| !is_internal_client(it, &addresses));
        let seen = |client| ObservedClient { host: one.host.clone(), client };
        strangers.map(seen).collect::<Vec<_>>()
    };
    watched.iter().flat_map(of).collect()
}

/// The servers of whose clients it is not known whether they use TLS.
#[must_use]
pub fn visibility_gaps(watched: &[WatchedServer]) -> Vec<(HostName, VisibilityGap)> {
    let blind =
        |one: &WatchedServer| Some((one.host.clone(), one.watch.visibility_gap(one.running)?));
    watched.iter().filter_map(blind).collect()
}

/// Looks at all servers together.
#[must_use]
pub fn gate_status(watched: &[WatchedServer], free_for: Duration, allow: &[Allowed]) -> GateStatus {
    let clients: Vec<_> = clients(watched)
        .into_iter()
        .filter(|seen| seen.client.encryption != Encryption::Tls)
        .filter(|seen| !allow.iter().any(|allowed| allowed.covers(&seen.client)))
        .collect();
    let quiet = watched.iter().map(|one| {
        let own = clients.iter().filter(|seen| seen.host == one.host);
        own.map(|seen| quiet_after(&seen.client, one))
            .fold(ago(one.watch.since(), one), Duration::min)
    });
    let quiet = quiet.min().unwrap_or(Duration::ZERO);
    let clock = |host: &HostName| watched.iter().find(|one| &one.host == host);
    let recent = |seen: &ObservedClient| {
        clock(&seen.host).is_some_and(|one| quiet_after(&seen.client, one) < free_for)
    };
    GateStatus {
        quiet,
        in_the_way: clients.into_iter().filter(recent).collect(),
        blind: visibility_gaps(watched),
    }
}

/// The addresses of all hosts.
fn addresses(watched: &[WatchedServer]) -> BTreeSet<IpAddr> {
    watched.iter().flat_map(|one| one.watch.addresses.iter().copied()).collect()
}

/// For how long a client has not been there.
fn quiet_after(client: &Client, one: &WatchedServer) -> Duration {
    match client.last {
        _ if client.open > 0 => Duration::ZERO,
        Some(last) => ago(last, one),
        None => Duration::ZERO,
    }
}

fn ago(then: Timestamp, one: &WatchedServer) -> Duration {
    Duration::try_from(one.watch.clock.duration_since(then)).unwrap_or_default()
}
