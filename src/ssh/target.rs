//! Where a session goes, as far as the plan says it.
//!
//! What the plan leaves open is filled in by [`super::route`] from the user's ssh configuration.

use std::path::PathBuf;

use super::ssh_config::SshConfig;
use crate::{name::HostName, plan::model::Machine};

/// A host to connect to.
#[derive(Clone, Debug)]
pub struct Target {
    /// The host as the plan calls it: for messages.
    pub name: HostName,
    /// The name or address to connect to; also the alias that `~/.ssh/config` is asked for.
    pub address: String,
    /// The port; `None` asks `~/.ssh/config` and then takes 22.
    pub port: Option<u16>,
    /// The login user; `None` asks `~/.ssh/config` and then takes the local user.
    pub user: Option<String>,
    /// The one file of known hosts; `None` means ssh's usual files.
    pub known_hosts: Option<PathBuf>,
    /// What lies beneath the plan.
    pub config: SshConfig,
}

impl Target {
    /// The target that a machine of a plan is.
    #[must_use]
    pub fn from_plan(machine: &Machine) -> Self {
        Self {
            name: machine.name.clone(),
            address: machine.address.clone(),
            port: machine.port,
            user: machine.ssh.user.clone(),
            known_hosts: machine.ssh.known_hosts.clone(),
            config: SshConfig::Usual,
        }
    }
}
