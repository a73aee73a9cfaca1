//! One `tls_mode` step as the engine sees it, and the cluster it is decided on. Plain data.

use std::collections::BTreeSet;

use crate::{
    cluster::{mode::TlsMode, topology::MemberKind},
    engine::host_limit::HostLimit,
    name::{HostName, SetName},
    plan::model::{Action, Direction, TlsModeStep, Via},
};

/// What a `tls_mode` step wants.
#[derive(Clone, Debug)]
pub struct Goal {
    /// The mode every member shall be in.
    pub mode: TlsMode,
    /// Whether that is up or down the ladder.
    pub way: Direction,
    /// How; `None` takes whichever is legal and cheapest, member by member.
    pub via: Option<Via>,
    /// The hosts that may be acted on; all are looked at and held to the barrier.
    pub limit: HostLimit,
}

impl Goal {
    /// What a step wants, on the hosts that may be acted on.
    #[must_use]
    pub fn new(step: TlsModeStep, limit: HostLimit) -> Self {
        Self { mode: step.mode, way: step.direction, via: step.via, limit }
    }

    /// What a step of a plan wants; `None` of one that leads to no mode.
    #[must_use]
    pub fn of_action(action: &Action, limit: HostLimit) -> Option<Self> {
        match action {
            Action::TlsMode(step) => Some(Self::new(*step, limit)),
            Action::Clients(_) | Action::Wait(_) | Action::Confirm(_) => None,
        }
    }
}

/// The whole cluster at one moment, as far as modes go, in the order in which to work on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cluster {
    /// The members, the primary of each set last.
    pub members: Vec<MemberNow>,
}

/// One member now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberNow {
    /// Its host in the plan.
    pub host: HostName,
    /// Its replica set: each has a first member of its own, and a primary.
    pub set: SetName,
    /// The mode it runs in.
    pub running: TlsMode,
    /// The mode in its file.
    pub file: TlsMode,
    /// The mode in the file that this step wants.
    pub wanted: TlsMode,
    /// Whether the file holds, byte for byte, what this step wants in it.
    pub matches: Matches,
    /// Whether it is primary.
    pub office: Office,
    /// Whether `setParameter` can be had from it at all.
    pub runtime: Runtime,
}

impl Cluster {
    /// The members of one set.
    #[must_use]
    pub fn of_set(&self, name: &SetName) -> Self {
        let members = self.members.iter().filter(|now| &now.set == name).cloned().collect();
        Self { members }
    }

    /// The sets, in the order in which to work on them.
    #[must_use]
    pub fn sets(&self) -> Vec<SetName> {
        let mut names: Vec<SetName> = self.members.iter().map(|now| now.set.clone()).collect();
        names.dedup();
        names
    }
}

/// Whether a file is the one that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matches {
    /// Byte for byte.
    Yes,
    /// It differs.
    No,
}

/// A member's office in its set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Office {
    /// Takes the writes.
    Primary,
    /// Could take over.
    Electable,
    /// Never primary: arbiter, hidden, priority zero.
    Other,
}

/// Whether `setParameter` can be had from a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runtime {
    /// Yes.
    Available,
    /// An arbiter of a cluster with authentication has no users to log in as: only a restart helps.
    RestartOnly,
}

impl Runtime {
    /// By the kind of member and whether the cluster asks for a login.
    #[must_use]
    pub fn of(kind: MemberKind, login: bool) -> Self {
        match kind {
            MemberKind::Arbiter if login => Self::RestartOnly,
            MemberKind::Arbiter | MemberKind::DataBearing => Self::Available,
        }
    }
}

/// What this run has proved of the members' running modes, and what it still owes.
#[derive(Clone, Debug, Default)]
pub struct Proofs {
    proved: BTreeSet<HostName>,
    owed: BTreeSet<HostName>,
}

impl Proofs {
    /// The member's running mode was changed: what was known of it is worth nothing now.
    pub fn moved(&mut self, host: &HostName) {
        self.proved.remove(host);
        self.owed.insert(host.clone());
    }

    /// The member was proved from both sides in the mode it runs in.
    pub fn proved(&mut self, host: &HostName) {
        self.owed.remove(host);
        self.proved.insert(host.clone());
    }

    /// Whether the member has been proved since it was last moved.
    #[must_use]
    pub fn has(&self, host: &HostName) -> bool {
        self.proved.contains(host)
    }

    /// Whether the member was moved and not proved since.
    #[must_use]
    pub fn owes(&self, host: &HostName) -> bool {
        self.owed.contains(host)
    }

    /// The members that were moved and not proved since.
    #[must_use]
    pub fn owed(&self) -> Vec<HostName> {
        self.owed.iter().cloned().collect()
    }
}
