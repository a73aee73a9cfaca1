//! The machines of a plan and the way to them.

use std::path::PathBuf;

use crate::{host::privilege::Become, name::HostName, secret::SecretRef};

/// `[ssh]`, with what the host has of its own: the way to a machine. Paths are absolute or relative to
/// the working directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SshSettings {
    /// The login user; `None` asks `~/.ssh/config` and then takes the local user.
    pub user: Option<String>,
    /// The private key; `None` means the agent and ssh's usual files.
    pub identity_file: Option<PathBuf>,
    /// The passphrase of the key, where it has one and no person is there to ask.
    pub identity_passphrase: Option<SecretRef>,
    /// Known hosts; `None` means ssh's usual files.
    pub known_hosts: Option<PathBuf>,
    /// How root is become.
    pub r#become: Become,
    /// The password for sudo, where it asks.
    pub become_password: Option<SecretRef>,
}

/// A machine: one SSH session, root, and one lease, whatever runs on it.
#[derive(Clone, Debug)]
pub struct Machine {
    /// The name of the first host on it.
    pub name: HostName,
    /// Where SSH connects to.
    pub address: String,
    /// The SSH port; `None` asks `~/.ssh/config` and then takes 22.
    pub port: Option<u16>,
    /// How it is reached.
    pub ssh: SshSettings,
}
