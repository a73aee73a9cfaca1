//! One client and every server that it connects to: one row of the table that is printed.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Encryption, ObservedClient};
use crate::name::HostName;

/// Connections of one client to any of the servers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientSummary<'s> {
    /// The address.
    pub address: &'s str,
    /// The application, where it says its name.
    pub application: Option<&'s str>,
    /// The driver and its version; empty where it said nothing.
    pub driver: &'s str,
    /// How it spoke.
    pub encryption: Encryption,
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
pub fn summarize(clients: &[ObservedClient]) -> Vec<ClientSummary<'_>> {
    let mut summaries: BTreeMap<_, ClientSummary<'_>> = BTreeMap::new();
    for ObservedClient { host, client } in clients {
        let key = (client.encryption, &client.application, &client.address, &client.driver);
        let summary = summaries.entry(key).or_insert_with(|| ClientSummary {
            address: &client.address,
            application: client.application.as_deref(),
            driver: &client.driver,
            encryption: client.encryption,
            hosts: Vec::new(),
            open: 0,
            since: None,
            last: None,
        });
        summary.hosts.push(host);
        summary.open += client.open;
        summary.since = [summary.since, client.since].into_iter().flatten().min();
        summary.last = summary.last.max(client.last);
    }
    summaries.into_values().collect()
}
