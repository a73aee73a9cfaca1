//! Internal connections: those between the servers, and tlsplan's own.

use std::{collections::BTreeSet, net::IpAddr};

use super::{Client, Encryption};
use crate::name::APP_NAME;

/// Prefixes of the driver names that servers use to connect to each other.
const INTERNAL: [&str; 2] = ["NetworkInterfaceTL", "MongoDB Internal Client"];

/// Whether this is the driver that servers have for each other.
#[must_use]
pub fn is_internal(driver: &str) -> bool {
    INTERNAL.iter().any(|known| driver.starts_with(known))
}

/// Whether a client is one of the servers or tlsplan itself. Anybody may take their names, so it has to
/// come from one of the hosts too: a server that nobody named is a client like others. Members keep plaintext
/// connections to each other from before preferTLS, and the server names those as it names others.
pub(super) fn is_internal_client(client: &Client, hosts: &BTreeSet<IpAddr>) -> bool {
    let named = is_internal(&client.driver) || client.application.as_deref() == Some(APP_NAME);
    let near = |address: IpAddr| address.is_loopback() || hosts.contains(&address);
    (named || is_rehearsal(client)) && client.remote_address().is_some_and(near)
}

/// Hosts that dial each other before preferTLS have TLS and say no name.
fn is_rehearsal(client: &Client) -> bool {
    client.encryption == Encryption::Tls && client.application.is_none() && client.driver.is_empty()
}
