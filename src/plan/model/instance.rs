//! One database process of a plan.

use std::{path::PathBuf, time::Duration};

use crate::{
    client::settings::{ClientFiles, ReadWith, TlsFiles},
    name::UnitName,
    secret::SecretRef,
};

/// `[mongodb]`, with what the host's groups and the host have of their own: one database process.
#[derive(Clone, Debug)]
pub struct InstanceSettings {
    /// The systemd unit.
    pub service: UnitName,
    /// Its configuration file, on the host.
    pub config_file: String,
    /// The template of that file with its text; `None` edits `net.tls` of the file in place.
    pub template: Option<TemplateFile>,
    /// The port mongod listens on.
    pub port: u16,
    /// The database user, where the cluster has authentication.
    pub username: Option<String>,
    /// That user's password.
    pub password: Option<SecretRef>,
    /// The longest time a member about to stop is given for its clients' running operations.
    pub drain: Duration,
    /// How long a restarted member may take to be back.
    pub start_timeout: Duration,
    /// After this a host helps itself; `None` is `start_timeout` and what a proof needs.
    pub confirm_within: Option<Duration>,
    /// The server's TLS files, paths on each host.
    pub tls: TlsFiles,
    /// The controller's own identity towards the members.
    pub client: Option<ClientFiles>,
    /// Which of the two clients reads; `None` means the driver where it can, mongosh where not.
    pub read_with: Option<ReadWith>,
    /// A certificate that is valid for fewer days is a finding.
    pub certificate_days_left: u32,
}

/// A template as it was read with the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateFile {
    /// Where it came from: for messages.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
}
