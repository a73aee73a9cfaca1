//! A client: connections of one application and driver from one address.

use std::{collections::BTreeMap, net::IpAddr};

use jiff::Timestamp;

use super::{Encryption, connection_tracker::Connection};

/// A client of one server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// The address; the server's words where there is none, as for a socket of Unix.
    pub address: String,
    /// The application, where it says its name.
    pub application: Option<String>,
    /// The driver and its version; empty where it said nothing.
    pub driver: String,
    /// How it spoke.
    pub encryption: Encryption,
    /// How many connections it made.
    pub connections: usize,
    /// How many of them are open.
    pub open: usize,
    /// When the oldest of its open connections was accepted.
    pub since: Option<Timestamp>,
    /// When it was heard of last.
    pub last: Option<Timestamp>,
}

impl Client {
    /// Its address as a number. An IPv4-mapped IPv6 address counts as IPv4.
    #[must_use]
    pub fn remote_address(&self) -> Option<IpAddr> {
        self.address.parse::<IpAddr>().ok().map(|address| address.to_canonical())
    }

    /// Its name, or its driver's where it has none.
    #[must_use]
    pub fn name(&self) -> &str {
        match &self.application {
            Some(name) => name,
            None if self.driver.is_empty() => "a client without a name",
            None => &self.driver,
        }
    }
}

/// Groups connections by client, those in plaintext first.
pub(super) fn group<'c>(
    connections: impl Iterator<Item = (&'c Connection, Encryption)>,
) -> Vec<Client> {
    let mut clients = BTreeMap::new();
    for (one, encryption) in connections {
        let key = (encryption, &one.remote.address, &one.application, &one.driver);
        let client = clients.entry(key).or_insert_with(|| Client {
            address: one.remote.address.clone(),
            application: one.application.clone(),
            driver: one.driver.clone(),
            encryption,
            connections: 0,
            open: 0,
            since: None,
            last: None,
        });
        client.connections += 1;
        client.last = client.last.max(one.last);
        if one.open {
            client.open += 1;
            client.since = match (client.since, one.accepted) {
                (Some(known), Some(other)) => Some(known.min(other)),
                (known, other) => known.or(other),
            };
        }
    }
    clients.into_values().collect()
}
