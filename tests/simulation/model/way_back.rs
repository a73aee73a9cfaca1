//! What a host does by itself when nobody confirms, step by step as `way_back.sh` has it.

use std::time::Duration;

use tlsplan::host::deadman::{Phase, RevertOutcome, SwitchId};

use super::{
    happens::Happens,
    promises::By,
    switch::{Switch, trouble},
    unit::State,
    world::World,
};

/// Between two looks at a member that may be well.
const LOOK: Duration = Duration::from_secs(2);
/// Between two looks at a member that comes back.
const AGAIN: Duration = Duration::from_secs(1);
/// An election or a busy moment is no reason to restart a member.
const PATIENCE: Duration = Duration::from_secs(20);

/// What comes next.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    /// It is asked once more whether it is well: so many good answers were heard in this life.
    IsWell { good: u32, life: (u32, u32), until: Duration },
    /// Whether the member answers on its old file.
    Sees { until: Duration, reason: &'static str },
}

enum How {
    Timer,
    Boot,
    Now,
}

impl World {
    pub(crate) fn switch_due(&mut self, host: usize, id: &SwitchId, boot: u32) {
        let open = self.hosts[host].switches.open.as_ref();
        let armed = open.is_some_and(|open| &open.id == id && open.phase == Phase::Armed);
        if armed && self.hosts[host].boot == boot {
            self.fire(host, &How::Timer);
        }
    }

    /// One that was cut while it fired goes on.
    pub(crate) fn way_back_at_boot(&mut self, host: usize) {
        if let Some(open) = self.hosts[host].switches.open.as_mut() {
            open.at_work = false;
            self.fire(host, &How::Boot);
        }
    }

    pub(crate) fn way_back_now(&mut self, host: usize) {
        self.fire(host, &How::Now);
    }

    fn fire(&mut self, host: usize, how: &How) {
        let it = &mut self.hosts[host];
        let Some(open) = it.switches.open.as_mut().filter(|open| !open.at_work) else { return };
        (open.phase, open.at_work) = (Phase::Firing, true);
        let Switch { old, new, .. } = open.clone();
        self.note(|| format!("db{} fires", host + 1));
        let it = &self.hosts[host];
        let is_old = it.file == old;
        match how {
            How::Boot if is_old => {
                return self.end_switch(host, RevertOutcome::Unused, "the old file is in place");
            }
            How::Timer | How::Now if is_old && old != new => {
                return self.nothing_changed(host, how);
            }
            _ => {}
        }
        if it.file != new {
            let words = "the file was changed by someone else";
            return self.end_switch(host, RevertOutcome::Conflict, words);
        }
        match how {
            How::Timer => {
                let life = (it.unit.pid, it.unit.invocation);
                self.hosts[host].switches.at_the_gate = true;
                self.look(host, (0, life), self.now + PATIENCE);
            }
            How::Boot | How::Now => self.go_back(host, how),
        }
    }

    fn nothing_changed(&mut self, host: usize, how: &How) {
        match self.hosts[host].unit.state {
            State::Active | State::Stopping => {
                self.end_switch(
                    host,
                    RevertOutcome::Unused,
                    "the old file is in place and its unit runs",
                );
            }
            _ => {
                self.reset_failed(host);
                if !self.restart(host, By::WayBack) {
                    let words = "systemd refused to start it";
                    return self.end_switch(host, RevertOutcome::RollbackFailed, words);
                }
                self.see(host, how, "its unit was started");
            }
        }
    }

    /// Three good answers in a row in one life of the process, within some time.
    fn look(&mut self, host: usize, (good, life): (u32, (u32, u32)), until: Duration) {
        let it = &self.hosts[host];
        let now = (it.unit.pid, it.unit.invocation);
        if it.unit.is_down() || self.now >= until {
            return self.go_back(host, &How::Timer);
        }
        let good = match it.answers_well() {
            true if now == life => good + 1,
            true => 1,
            false => 0,
        };
        if good == 3 {
            let words = "the member answers well on the new file";
            self.hosts[host].switches.at_the_gate = false;
            return self.end_switch(host, RevertOutcome::UnconfirmedHealthy, words);
        }
        let (boot, step) = (it.boot, Step::IsWell { good, life: now, until });
        let pause = if good == 0 { AGAIN } else { LOOK };
        self.after(pause, Happens::WayBack { host, boot, step });
    }

    fn go_back(&mut self, host: usize, how: &How) {
        self.hosts[host].switches.at_the_gate = false;
        let Some(open) = self.hosts[host].switches.open.clone() else { return };
        if open.old != open.new {
            if trouble(self.hosts[host].disk).is_some() {
                let words = "the old file could not be put back";
                return self.end_switch(host, RevertOutcome::RollbackFailed, words);
            }
            self.hosts[host].file = open.old;
            self.hosts[host].writes += 1;
        }
        if matches!(how, How::Boot) {
            let words = "the old file was put back before the unit was started";
            return self.end_switch(host, RevertOutcome::RolledBack, words);
        }
        self.reset_failed(host);
        let by = if matches!(how, How::Now) { By::Run } else { By::WayBack };
        if !self.restart(host, by) {
            let words = "systemd refused to restart it";
            return self.end_switch(host, RevertOutcome::RollbackFailed, words);
        }
        self.see(host, how, "the old file was put back and its unit restarted");
    }

    fn see(&mut self, host: usize, how: &How, reason: &'static str) {
        let Some(open) = self.hosts[host].switches.open.as_ref() else { return };
        if matches!(how, How::Now) {
            return self.end_switch(host, RevertOutcome::RolledBack, reason);
        }
        let until = self.now + open.start;
        let (boot, step) = (self.hosts[host].boot, Step::Sees { until, reason });
        self.after(AGAIN, Happens::WayBack { host, boot, step });
    }

    pub(crate) fn way_back(&mut self, host: usize, boot: u32, step: Step) {
        if self.hosts[host].boot != boot {
            return;
        }
        match step {
            Step::IsWell { good, life, until } => self.look(host, (good, life), until),
            Step::Sees { reason, .. } if self.hosts[host].answers_well() => {
                self.end_switch(host, RevertOutcome::RolledBack, reason);
            }
            Step::Sees { until, reason } if self.now >= until => {
                self.end_switch(host, RevertOutcome::RollbackFailed, reason);
            }
            Step::Sees { until, reason } => {
                let step = Step::Sees { until, reason };
                self.after(AGAIN, Happens::WayBack { host, boot, step });
            }
        }
    }
}
