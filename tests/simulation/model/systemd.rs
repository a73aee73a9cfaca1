//! What systemd does with the unit: jobs that return at once, a start limit, and daemons that die
//! a second after everything looked well.

use std::time::Duration;

use super::{
    faults::HostFault,
    happens::Happens,
    promises::By,
    server::{Office, START, Server},
    unit::{Policy, State},
    world::World,
};
use tlsplan::cluster::mode::TlsMode;

/// So many starts within so long, and systemd refuses the next.
const LIMIT: (usize, Duration) = (5, Duration::from_secs(10));
/// `TimeoutStopSec`: a process that does not end is killed.
const STOP_TIMEOUT: Duration = Duration::from_secs(90);
/// A server that cannot start says so a second later.
const DIES: Duration = Duration::from_secs(1);

impl World {
    /// `systemctl reset-failed`
    pub(crate) fn reset_failed(&mut self, host: usize) {
        let unit = &mut self.hosts[host].unit;
        unit.starts.clear();
        if unit.state == State::Failed {
            unit.state = State::Stopped;
        }
    }

    /// `systemctl --no-block restart`; false where systemd does not take it.
    pub(crate) fn restart(&mut self, host: usize, by: By) -> bool {
        if self.hosts[host].faults.has(HostFault::UnitMasked) {
            return false;
        }
        self.hosts[host].restarts += 1;
        match self.hosts[host].unit.state {
            State::Active => {
                self.judge_stop(host, by);
                self.stop(host);
            }
            State::Stopping | State::Between => {}
            State::Stopped | State::Failed => self.start_soon(host, 20),
        }
        true
    }

    fn stop(&mut self, host: usize) {
        let unit = &mut self.hosts[host].unit;
        unit.job += 1;
        unit.state = State::Stopping;
        let job = unit.job;
        let work = self.dice.millis(300, 500);
        let takes = match self.hosts[host].server.as_ref() {
            Some(server) if server.frozen => STOP_TIMEOUT,
            Some(server) if server.office.listens() => server.stop_sleep + work,
            _ => work,
        };
        self.after(takes, Happens::Stopped { host, job });
    }

    pub(crate) fn start_soon(&mut self, host: usize, within: u64) {
        let unit = &mut self.hosts[host].unit;
        unit.job += 1;
        unit.state = State::Between;
        let job = unit.job;
        let after = self.dice.millis(2, within);
        self.after(after, Happens::Starts { host, job });
    }

    pub(crate) fn stopped(&mut self, host: usize, job: u32) {
        if self.hosts[host].unit.job != job {
            return;
        }
        self.end_process(host);
        self.start_soon(host, 20);
    }

    pub(crate) fn end_process(&mut self, host: usize) {
        self.hosts[host].server = None;
        self.hosts[host].primary_since = None;
        let followers = self.hosts.iter().filter(|other| {
            other.server.as_ref().is_some_and(|it| !it.is_primary() && it.source == Some(host))
        });
        self.orphans += followers.count();
    }

    pub(crate) fn starts(&mut self, host: usize, job: u32) {
        if self.hosts[host].unit.job != job {
            return;
        }
        let (now, size) = (self.now, self.hosts.len());
        let unit = &mut self.hosts[host].unit;
        unit.starts.retain(|at| now.saturating_sub(*at) < LIMIT.1);
        if unit.starts.len() >= LIMIT.0 {
            (unit.state, unit.result) = (State::Failed, "failed (start-limit-hit, status 1)");
            return;
        }
        unit.starts.push(now);
        (unit.state, unit.since, unit.result) =
            (State::Active, Some(now), "running (success, status 0)");
        unit.pid += 1;
        unit.invocation += 1;
        self.lives += 1;
        let life = self.lives;
        let mode = self.hosts[host].file_mode().unwrap_or(TlsMode::Disabled);
        let mut server = Server::new(life, mode, size, now);
        server.term = self.hosts[host].voted;
        self.hosts[host].server = Some(server);
        if self.refuses(host, mode) {
            self.after(DIES, Happens::Dies { host, life });
            return;
        }
        let slow = self.dice.millis(0, 200);
        if mode == TlsMode::Disabled || !self.hosts[host].faults.has(HostFault::NeverListens) {
            self.after(START + slow, Happens::Listens { host, life });
        }
        let later = self.hosts[host].faults.dies_later.filter(|_| mode > TlsMode::Disabled);
        if let Some(later) = later {
            self.later(later, move |world| {
                if world.hosts[host].faults.dies_later.is_some() {
                    world.dies(host, life);
                }
            });
        }
    }

    /// Whether the server would not start on a file of this mode.
    pub(crate) fn refuses(&self, host: usize, mode: TlsMode) -> bool {
        let faults = &self.hosts[host].faults;
        faults.has(HostFault::DiesAlways) || faults.dies_from.is_some_and(|from| mode >= from)
    }

    pub(crate) fn listens(&mut self, host: usize, life: u32) {
        let arbiter = !self.hosts[host].slot.bears_data();
        let now = self.now;
        let Some(server) = self.hosts[host].server.as_mut().filter(|it| it.life == life) else {
            return;
        };
        server.office = if arbiter { Office::Arbiter } else { Office::Secondary };
        server.leader_heard = now;
        self.begin_heartbeats(host);
    }

    /// A process that does not listen yet meets the same fate as the next one.
    pub(crate) fn not_up_yet(&mut self, host: usize) {
        let mode = self.hosts[host].running().unwrap_or(TlsMode::Disabled);
        let starting = self.hosts[host].server.as_ref().is_some_and(|it| !it.office.listens());
        if starting && self.refuses(host, mode) {
            self.kill(host);
        }
    }

    /// Something else ends the process.
    pub(crate) fn kill(&mut self, host: usize) {
        if let Some(life) = self.hosts[host].server.as_ref().map(|server| server.life) {
            self.dies(host, life);
        }
    }

    pub(crate) fn dies(&mut self, host: usize, life: u32) {
        if self.hosts[host].server.as_ref().is_none_or(|it| it.life != life) {
            return;
        }
        self.end_process(host);
        let unit = &mut self.hosts[host].unit;
        if unit.state == State::Stopping {
            return;
        }
        unit.job += 1;
        unit.result = "failed (exit-code, status 1)";
        match unit.policy {
            Policy::No => unit.state = State::Failed,
            Policy::OnFailure => {
                unit.restarts += 1;
                self.start_soon(host, 100);
            }
        }
    }
}
