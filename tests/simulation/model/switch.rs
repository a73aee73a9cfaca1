//! The dead-man's switch of a host, as `arm.sh` and `settle.sh` have it.

use std::time::Duration;

use tlsplan::{
    host::{
        deadman::{Phase, RevertOutcome, SettleAction, SettleReport, SwitchId},
        digest::Digest,
    },
    instance::look::Arm,
};

use super::{
    faults::{Disk, HostFault},
    happens::Happens,
    world::World,
};

/// What `/var/lib/tlsplan` holds of switches.
#[derive(Clone, Debug, Default)]
pub(crate) struct Switches {
    pub(crate) open: Option<Switch>,
    pub(crate) past: Vec<(SwitchId, RevertOutcome, String)>,
    /// Whether the way back holds the gate.
    pub(crate) at_the_gate: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Switch {
    pub(crate) id: SwitchId,
    pub(crate) old: String,
    pub(crate) new: String,
    /// How long the member may take to answer on its old file.
    pub(crate) start: Duration,
    pub(crate) phase: Phase,
    /// The process when it was armed.
    pub(crate) life: (u32, u32),
    /// Whether a way back is at it: it was not cut.
    pub(crate) at_work: bool,
}

/// Why a host was not armed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NotArmed {
    /// 60
    Unable,
    /// 62
    Busy(String),
    /// 14
    Changed,
    /// 21
    Disk(&'static str),
}

/// `df` and the tools have these words.
pub(crate) fn trouble(disk: Disk) -> Option<&'static str> {
    match disk {
        Disk::Well => None,
        Disk::Full => Some("No space left on device"),
        Disk::ReadOnly => Some("Read-only file system"),
        Disk::Immutable => Some("Operation not permitted"),
    }
}

impl World {
    pub(crate) fn arm(&mut self, host: usize, arm: &Arm) -> Result<(), NotArmed> {
        let it = &self.hosts[host];
        if it.faults.has(HostFault::CannotArm) {
            return Err(NotArmed::Unable);
        }
        if let Some(open) = &it.switches.open {
            return Err(NotArmed::Busy(format!("{} has not come to its end", open.id)));
        }
        if let Some(words) = trouble(it.disk).filter(|_| it.disk != Disk::Immutable) {
            return Err(NotArmed::Disk(words));
        }
        let old = arm.old.text.clone();
        let there = it.file == old || it.kept.contains(&old);
        if Digest::from_content(it.file.as_bytes()) != arm.in_place || !there {
            return Err(NotArmed::Changed);
        }
        let (boot, life) = (it.boot, (it.unit.pid, it.unit.invocation));
        let (id, new, start) = (arm.id.clone(), arm.new.clone(), arm.start);
        let switch =
            Switch { id: id.clone(), old, new, start, phase: Phase::Armed, life, at_work: false };
        self.hosts[host].switches.open = Some(switch);
        self.after(arm.within, Happens::SwitchDue { host, id, boot });
        Ok(())
    }

    /// Settles a switch, and says how it ended in any case.
    pub(crate) fn settle(
        &mut self,
        host: usize,
        id: &SwitchId,
        action: SettleAction,
    ) -> SettleReport {
        let open = self.hosts[host].switches.open.as_ref();
        let phase = open.filter(|open| &open.id == id).map(|open| open.phase);
        match (phase, action) {
            (Some(Phase::Armed), SettleAction::Confirm) => {
                self.end_switch(host, RevertOutcome::Confirmed, "");
            }
            (Some(Phase::Armed), SettleAction::Disarm) => {
                self.end_switch(host, RevertOutcome::Unused, "");
            }
            (Some(_), SettleAction::Fire) => self.way_back_now(host),
            _ => {}
        }
        let switches = &self.hosts[host].switches;
        if let Some(open) = switches.open.as_ref().filter(|open| &open.id == id) {
            let end = match open.phase {
                Phase::Armed => RevertOutcome::Armed,
                Phase::Firing => RevertOutcome::Firing,
            };
            return SettleReport { outcome: end, reason: String::new() };
        }
        let past = switches.past.iter().find(|(other, ..)| other == id);
        past.map_or(
            SettleReport { outcome: RevertOutcome::Gone, reason: String::new() },
            |(_, end, reason)| SettleReport { outcome: *end, reason: reason.clone() },
        )
    }

    pub(crate) fn end_switch(&mut self, host: usize, end: RevertOutcome, reason: &str) {
        let switches = &mut self.hosts[host].switches;
        if let Some(open) = switches.open.take() {
            self.note(|| format!("db{} switch {} ends {end:?} {reason}", host + 1, open.id));
            self.hosts[host].switches.past.push((open.id, end, reason.to_owned()));
        }
    }
}
