//! A host that loses power, and comes back by itself.

use super::{happens::Happens, host::Power, unit::State, world::World};

impl World {
    /// Everything that is not on the disk is gone; the host boots some seconds later.
    pub(crate) fn power_cut(&mut self, host: usize) {
        let (from, to) = (8_000, 25_000);
        self.end_process(host);
        let it = &mut self.hosts[host];
        it.power = Power::Off;
        it.boot += 1;
        it.lease = None;
        it.switches.at_the_gate = false;
        it.unit.job += 1;
        (it.unit.state, it.unit.restarts) = (State::Stopped, 0);
        it.unit.starts.clear();
        let boot = it.boot;
        for session in &mut self.sessions {
            session.ties[host].holds = false;
        }
        let after = self.dice.millis(from, to);
        self.after(after, Happens::Boots { host, boot });
        self.note(|| format!("db{} loses power", host + 1));
    }

    /// The guard first, then the unit.
    pub(crate) fn boots(&mut self, host: usize, boot: u32) {
        if self.hosts[host].boot != boot {
            return;
        }
        self.hosts[host].power = Power::On;
        for session in &mut self.sessions {
            session.ties[host].conn = super::session::Conn::Gone;
        }
        self.way_back_at_boot(host);
        self.start_soon(host, 1500);
    }
}
