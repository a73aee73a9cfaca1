//! The plan as a whole, and what it asks of all its hosts.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use super::{Action, InstanceSettings, Machine, PlanHost, Step};
use crate::{
    cluster::{check::CheckId, config::HandshakeLogging, health::WriteOutage, mode::TlsMode},
    host::digest::Digest,
    name::HostName,
    plan::window::Window,
};

/// A plan that has passed every check that needs no connection.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The plan's own name, or its file's.
    pub name: String,
    /// Where it was read from, as the user wrote it: for messages and hints.
    pub path: PathBuf,
    /// The sum of the file: an answer of a person counts for this plan alone.
    pub sum: PlanSum,
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

/// The SHA-256 sum of a plan file's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PlanSum(Digest);

impl PlanSum {
    /// The sum of a plan file's bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Digest::from_content(bytes))
    }

    /// The sum itself.
    #[must_use]
    pub const fn digest(self) -> Digest {
        self.0
    }
}

/// What `[mongodb]` says for all sets of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetRules {
    /// Whether a stop may leave the set without a majority for writes.
    pub write_outage: WriteOutage,
    /// How far behind a healthy member may be.
    pub max_lag: Duration,
    /// Who restores the old file of a member that does not become ready.
    pub rollback: Rollback,
}

impl Default for SetRules {
    fn default() -> Self {
        Self {
            write_outage: WriteOutage::Refused,
            max_lag: Duration::from_secs(10),
            rollback: Rollback::default(),
        }
    }
}

/// Who restores the old file of a member that does not become ready after a restart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Rollback {
    /// The controller, and the host itself when the controller is gone.
    #[default]
    Host,
    /// The controller alone: for hosts whose systemd is too old.
    ControllerOnly,
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
