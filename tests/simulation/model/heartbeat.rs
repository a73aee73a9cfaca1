//! Heartbeats: every two seconds each member asks each other one, and believes what it hears.

use std::time::Duration;

use super::{happens::Happens, links::Reached, server::Office, world::World};

/// Between two heartbeats.
const EVERY: Duration = Duration::from_secs(2);
/// A member that says nothing for so long is down.
const SILENCE: Duration = Duration::from_secs(10);

impl World {
    /// A process begins to ask the others, at once and then at its own pace.
    pub(crate) fn begin_heartbeats(&mut self, by: usize) {
        let Some(life) = self.hosts[by].server.as_ref().map(|server| server.life) else { return };
        for to in self.beside(by).filter(|&to| to != by) {
            let after = self.dice.millis(5, 400);
            self.after(after, Happens::Heartbeat { by, to, life, again: true });
        }
    }

    /// One more, out of turn.
    pub(crate) fn ask_soon(&mut self, by: usize, to: usize, within: u64) {
        let Some(life) = self.hosts[by].server.as_ref().map(|server| server.life) else { return };
        let after = self.dice.millis(5, within);
        self.after(after, Happens::Heartbeat { by, to, life, again: false });
    }

    pub(crate) fn heartbeat(&mut self, by: usize, to: usize, life: u32, again: bool) {
        let Some(server) = self.hosts[by].server.as_ref().filter(|server| server.life == life)
        else {
            return;
        };
        let answers = server.answers();
        if again {
            self.after(EVERY, Happens::Heartbeat { by, to, life, again });
        }
        if !answers {
            return;
        }
        match self.reach(by, to) {
            Reached::Well => self.heard_well(by, to),
            Reached::Refused(words) => self.heard_badly(by, to, words),
            Reached::Silent => self.heard_nothing(by, to),
        }
    }

    fn heard_well(&mut self, by: usize, to: usize) {
        let Some(peer) = self.hosts[to].server.as_ref() else { return };
        let (office, term, place) = (peer.office, peer.term, self.hosts[to].log.place());
        let now = self.now;
        let Some(server) = self.hosts[by].server.as_mut() else { return };
        let heard = &mut server.heard[to];
        (heard.at, heard.up, heard.message) = (Some(now), true, None);
        (heard.state, heard.place) = (Some(office.state()), place);
        if office == Office::Primary && term >= server.term {
            (server.leader, server.leader_heard) = (Some(to), now);
        } else if server.leader == Some(to) {
            server.leader = None;
        }
        let newer = term > server.term;
        server.term = server.term.max(term);
        if newer && server.is_primary() {
            self.resign(by);
        }
    }

    fn heard_badly(&mut self, by: usize, to: usize, words: &'static str) {
        let Some(server) = self.hosts[by].server.as_mut() else { return };
        let heard = &mut server.heard[to];
        (heard.up, heard.message) = (false, Some(words));
        if server.leader == Some(to) {
            server.leader = None;
        }
    }

    fn heard_nothing(&mut self, by: usize, to: usize) {
        let now = self.now;
        let last = self.hosts[by].server.as_ref().and_then(|server| server.heard[to].at);
        if last.is_none_or(|at| now.saturating_sub(at) >= SILENCE) {
            self.heard_badly(by, to, "couldn't get a connection within the time limit");
        }
    }
}
