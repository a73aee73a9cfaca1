//! One client and every server that it speaks to: a row for people.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Seen, Speech};
use crate::name::HostName;

/// Connections of one client to any of the servers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party<'s> {
    /// The address.
    pub address: &'s str,
    /// The application, where it says its name.
    pub application: Option<&'s str>,
    /// The driver and its version; empty where it said nothing.
    pub driver: &'s str,
    /// How it spoke.
    pub speech: Speech,
    /// The servers' hosts.
    pub hosts: Vec<&'s HostName>,
    /// How many connections are open.
    pub open: usize,
    /// When the oldest of the open ones was accepted.
    pub since: Option<Timestamp>,
    /// When it was heard of last.
    pub last: Option<Timestamp>,
}

/// Puts together what the servers say of each client, those in plaintext first.
#[must_use]
pub fn parties(clients: &[Seen]) -> Vec<Party<'_>> {
    let mut parties: BTreeMap<_, Party<'_>> = BTreeMap::new();
    for Seen { host, client } in clients {
        let key = (client.speech, &client.application, &client.address, &client.driver);
        let party = parties.entry(key).or_insert_with(|| Party {
            address: &client.address,
            application: client.application.as_deref(),
            driver: &client.driver,
            speech: client.speech,
            hosts: Vec::new(),
            open: 0,
            since: None,
            last: None,
        });
        party.hosts.push(host);
        party.open += client.open;
        party.since = [party.since, client.since].into_iter().flatten().min();
        party.last = party.last.max(client.last);
    }
    parties.into_values().collect()
}
