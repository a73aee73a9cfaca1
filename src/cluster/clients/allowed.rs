//! Clients that may go on in plaintext, by the plan's own word.

use ipnet::IpNet;

use super::Client;

/// Who is let through a gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// Everybody from this network; one address is a network of its own.
    Network(IpNet),
    /// Every client of this name. A client chooses its name itself.
    Application(String),
}

impl Allowed {
    /// Whether a client is meant.
    #[must_use]
    pub fn covers(&self, client: &Client) -> bool {
        match self {
            Self::Network(network) => {
                client.remote_address().is_some_and(|address| network.contains(&address))
            }
            Self::Application(name) => client.application.as_ref() == Some(name),
        }
    }
}
