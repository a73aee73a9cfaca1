//! The name under which a host stands in `known_hosts`.

use std::fmt;

/// ssh's own port: hosts on it are recorded without a port.
const STANDARD_PORT: u16 = 22;

/// A host as `known_hosts` knows it: `host`, or `[host]:port` off the standard port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostId {
    name: String,
    port: Option<u16>,
}

impl HostId {
    /// The identity of a host that was dialled by name and port.
    #[must_use]
    pub fn new(host: &str, port: u16) -> Self {
        Self { name: host.to_ascii_lowercase(), port: (port != STANDARD_PORT).then_some(port) }
    }

    /// The identity of a host with a `HostKeyAlias`, which stands for itself on every port.
    #[must_use]
    pub fn alias(alias: &str) -> Self {
        Self { name: alias.to_ascii_lowercase(), port: None }
    }

    /// The bare name: what a host certificate has to be for.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The same host without its port: OpenSSH falls back to it where `[host]:port` is unknown.
    #[must_use]
    pub fn without_port(&self) -> Option<Self> {
        self.port.map(|_| Self { name: self.name.clone(), port: None })
    }
}

impl fmt::Display for HostId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.port {
            Some(port) => write!(f, "[{}]:{port}", self.name),
            None => f.write_str(&self.name),
        }
    }
}
