//! Replication: who copies from whom, and how a follower changes over.

use std::time::Duration;

use super::{faults::HostFault, links::Reached, server::Office, world::World};

/// A source that vanished is asked again for so long before another one is taken.
const RETRY: Duration = Duration::from_secs(1);
/// Undoing what was never acknowledged.
const UNDOING: Duration = Duration::from_millis(500);

impl World {
    pub(crate) fn replicate(&mut self) {
        for index in 0..self.hosts.len() {
            let host = &self.hosts[index];
            let copies = host.slot.bears_data()
                && host.server.as_ref().is_some_and(|it| it.answers() && !it.is_primary());
            if copies {
                self.copy(index);
            }
        }
    }

    fn copy(&mut self, index: usize) {
        let now = self.now;
        let Some(server) = self.hosts[index].server.as_ref() else { return };
        let Some(source) = server.source else {
            if server.source_lost.is_none_or(|until| until <= now) {
                self.choose_source(index);
            }
            return;
        };
        if self.reach(index, source) != Reached::Well || !self.is_a_source(source) {
            if let Some(server) = self.hosts[index].server.as_mut() {
                (server.source, server.source_lost) = (None, Some(now + RETRY));
            }
            return;
        }
        let theirs = self.hosts[source].log.clone();
        let mine = self.hosts[index].log.end();
        let lags = self.hosts[index].faults.has(HostFault::Lags);
        if theirs.end() > mine && !lags {
            if !theirs.holds(mine) {
                self.undo(index);
            }
            self.hosts[index].log = theirs;
            self.change_over(index);
        }
        if !self.leads_to_primary(source) {
            self.choose_source(index);
        }
    }

    /// Followers of each other would follow nobody: servers notice that.
    fn leads_to_primary(&self, from: usize) -> bool {
        let mut at = from;
        for _ in self.beside(from) {
            match self.hosts[at].server.as_ref() {
                Some(server) if server.is_primary() => return true,
                Some(server) if server.source.is_some() => at = server.source.unwrap_or(at),
                _ => return false,
            }
        }
        false
    }

    /// The end of a batch is where `replSetSyncFrom` takes effect.
    fn change_over(&mut self, index: usize) {
        let Some(server) = self.hosts[index].server.as_mut() else { return };
        if let Some(next) = server.sent_to.take() {
            server.source = None;
            if self.reach(index, next) == Reached::Well
                && let Some(server) = self.hosts[index].server.as_mut()
            {
                server.source = Some(next);
            }
        }
    }

    fn undo(&mut self, index: usize) {
        let Some(server) = self.hosts[index].server.as_mut() else { return };
        server.office = Office::Rollback;
        let life = server.life;
        self.later(UNDOING, move |world| {
            let server = world.hosts[index].server.as_mut().filter(|it| it.life == life);
            if let Some(server) = server.filter(|it| it.office == Office::Rollback) {
                server.office = Office::Secondary;
            }
        });
    }

    /// Somebody that is known to be ahead, the primary as often as not.
    fn choose_source(&mut self, index: usize) {
        let Some(server) = self.hosts[index].server.as_ref() else { return };
        let mine = self.hosts[index].log.place();
        let known: Vec<usize> = self
            .beside(index)
            .filter(|&peer| {
                let heard = &server.heard[peer];
                peer != index && heard.up && heard.place > mine && self.is_a_source(peer)
            })
            .collect();
        let leader = server.leader.filter(|leader| known.contains(leader));
        let choice = match leader {
            _ if server.sent_to.is_some() => server.sent_to,
            Some(leader) if self.dice.chance(600) => Some(leader),
            _ if known.is_empty() => None,
            _ => Some(self.dice.pick(&known)),
        };
        let Some(choice) = choice else { return };
        if self.reach(index, choice) == Reached::Well
            && let Some(server) = self.hosts[index].server.as_mut()
        {
            (server.source, server.source_lost, server.sent_to) = (Some(choice), None, None);
        }
    }

    fn is_a_source(&self, index: usize) -> bool {
        let host = &self.hosts[index];
        host.slot.bears_data() && host.in_service()
    }
}
