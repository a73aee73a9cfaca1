//! The resolved plan: what shall be true. Everything is concrete; the engine has no choices left.
//!
//! Only `resolve` makes one, after every problem of the file has been reported.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use serde_json::{Map, Value};

use super::window::Window;
use crate::{
    client::settings::{ClientFiles, ReadWith, TlsFiles},
    cluster::{
        check::CheckId, clients::Allowed, config::HandshakeLogging, health::WriteOutage,
        mode::TlsMode,
    },
    host::{digest::Digest, privilege::Become},
    name::{GroupName, HostName, UnitName},
    secret::SecretRef,
};

/// A plan that has passed every check that needs no connection.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The plan's own name, or its file's.
    pub name: String,
    /// Where it was read from, as the user wrote it: for messages and hints.
    pub path: PathBuf,
    /// The SHA-256 of its file.
    pub sum: Digest,
    /// The machines under the hosts, each once, in the order of the file; at least one.
    pub machines: Vec<Machine>,
    /// The hosts in the order of the file; at least one.
    pub hosts: Vec<PlanHost>,
    /// What the plan asks of the sets as a whole.
    pub rules: SetRules,
    /// How much may be done side by side.
    pub parallelism: Parallelism,
    /// The steps in the order of the file; at least one.
    pub steps: Vec<Step>,
    /// Checks switched off by id, each with its reason.
    pub waivers: BTreeMap<CheckId, String>,
    /// When something may be begun; `None` is at any time.
    pub window: Option<Window>,
}

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

/// What `[mongodb]` says for all sets of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetRules {
    /// Whether a stop may leave the set without a majority for writes.
    pub write_outage: WriteOutage,
    /// How far behind a healthy member may be.
    pub max_lag: Duration,
    /// Who puts a member back that does not come back.
    pub rollback: Rollback,
}

/// `[run]`: how much may be done side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parallelism {
    /// Machines that are worked on at once.
    pub machines: usize,
    /// Sets that are worked on at once: elections of all shards in one second would stall every write.
    pub sets: usize,
}

impl Default for Parallelism {
    fn default() -> Self {
        Self { machines: 50, sets: 4 }
    }
}

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

/// Who puts a member back on its old file when it does not come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Rollback {
    /// The controller, and where that is gone the host itself.
    #[default]
    Host,
    /// The controller alone: for hosts whose systemd is too old.
    ControllerOnly,
}

/// A template as it was read with the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateFile {
    /// Where it came from: for messages.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
}

/// One host of the plan: a machine, and the database process on it where the plan has one. Variables and
/// settings are merged (host over group over plan).
#[derive(Clone, Debug)]
pub struct PlanHost {
    /// The key under `[hosts]`.
    pub name: HostName,
    /// The machine it is on.
    pub machine: HostName,
    /// Where SSH connects to.
    pub address: String,
    /// The groups it is in.
    pub groups: Vec<GroupName>,
    /// The merged variables.
    pub vars: Map<String, Value>,
    /// The database process; `None` for a machine alone.
    pub instance: Option<InstanceSettings>,
}

impl PlanHost {
    /// The TLS files that the plan names for its server; none for a machine alone.
    #[must_use]
    pub fn tls(&self) -> &TlsFiles {
        const NONE: &TlsFiles = &TlsFiles { ca_file: None, certificate_key_file: None };
        self.instance.as_ref().map_or(NONE, |instance| &instance.tls)
    }
}

/// One step.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its name, or words made from its action.
    pub name: String,
    /// The hosts it is for, in the plan's order.
    pub hosts: Vec<HostName>,
    /// Its own deadline, where the plan gives one.
    pub timeout: Option<Duration>,
    /// What it does.
    pub action: Action,
}

/// What a step does. A kind that is not built is refused by `resolve`, so it is not here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Bring the whole cluster to a TLS mode.
    TlsMode(TlsModeStep),
    /// Hold the run until no client speaks plaintext any more.
    Clients(ClientsGate),
    /// Hold the run until something is so.
    Wait(Wait),
    /// Hold the run until a person says yes.
    Confirm(Confirm),
}

/// Bring the whole cluster to a TLS mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TlsModeStep {
    /// The mode to reach.
    pub mode: TlsMode,
    /// Up, or down again.
    pub direction: Direction,
    /// How; `None` takes whichever is legal and cheapest.
    pub via: Option<Via>,
}

/// The direction of a `tls_mode` step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Towards TLS only.
    Up,
    /// Back, by restarts alone. No plan file says so: `tlsplan rollback` makes such steps.
    Down,
}

/// What is waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wait {
    /// Every set is healthy.
    Healthy,
    /// So much time has passed since this run's last change.
    For(Duration),
    /// A port takes connections, dialled from each host.
    Port {
        /// The address.
        address: String,
        /// The port.
        port: u16,
    },
    /// A program succeeds on each host.
    Command {
        /// The program and its arguments.
        argv: Vec<String>,
        /// Between two attempts.
        every: Duration,
    },
}

/// A question to a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirm {
    /// The question.
    pub question: String,
}

/// A gate that is observed, not believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientsGate {
    /// How long nobody may have spoken plaintext.
    pub plaintext_free_for: Duration,
    /// Who may go on in plaintext, and is cut off by requireTLS knowingly.
    pub allow: Vec<Allowed>,
}

impl Action {
    /// The mode it leads to; `None` for what leads to none.
    #[must_use]
    pub const fn mode(&self) -> Option<TlsMode> {
        match self {
            Self::TlsMode(step) => Some(step.mode),
            Self::Clients(_) | Self::Wait(_) | Self::Confirm(_) => None,
        }
    }

    /// The key by which a plan file asks for it.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::TlsMode(_) => "tls_mode",
            Self::Clients(_) => "clients",
            Self::Wait(_) => "wait",
            Self::Confirm(_) => "confirm",
        }
    }
}

impl Plan {
    /// A host by its name.
    #[must_use]
    pub fn host(&self, name: &HostName) -> Option<&PlanHost> {
        self.hosts.iter().find(|host| &host.name == name)
    }

    /// The database processes with the hosts they are on, in the plan's order.
    pub fn instances(&self) -> impl Iterator<Item = (&PlanHost, &InstanceSettings)> {
        self.hosts.iter().filter_map(|host| Some((host, host.instance.as_ref()?)))
    }

    /// The database process of a host.
    #[must_use]
    pub fn instance(&self, host: &HostName) -> Option<&InstanceSettings> {
        self.host(host)?.instance.as_ref()
    }

    /// The machine that a host is on.
    #[must_use]
    pub fn machine_of(&self, host: &PlanHost) -> Option<&Machine> {
        self.machines.iter().find(|machine| machine.name == host.machine)
    }

    /// The mode that its last step of that kind leads to.
    #[must_use]
    pub fn last_mode(&self) -> Option<TlsMode> {
        self.steps.iter().rev().find_map(|step| step.action.mode())
    }

    /// Whether it wants to know of every client how it speaks.
    #[must_use]
    pub fn handshake_logging(&self) -> HandshakeLogging {
        let gate = self.steps.iter().any(|step| matches!(step.action, Action::Clients(_)));
        if gate { HandshakeLogging::Needed } else { HandshakeLogging::NotNeeded }
    }
}

/// How a TLS mode is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// A rolling restart.
    Restart,
    /// `setParameter` at run time, the file first.
    SetParameter,
}
