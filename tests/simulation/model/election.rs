//! Elections: who stands, who votes, who gives way.

use std::time::Duration;

use super::{
    faults::HostFault,
    happens::Happens,
    links::Reached,
    server::{Office, Server},
    world::World,
};

/// A primary that nobody hears gives up after this; a follower that hears none stands.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How long a former primary does not stand again.
const TERM_OFF: Duration = Duration::from_secs(60);
/// So many entries are caught up with at once.
const NEAR: u32 = 20;

impl World {
    pub(crate) fn primary(&self, set: usize) -> Option<usize> {
        let primaries = self.sets[set].members().filter_map(|index| {
            let server = self.hosts[index].server.as_ref();
            let server = server.filter(|it| it.answers() && it.is_primary())?;
            Some((server.term, index))
        });
        primaries.max().map(|(_, index)| index)
    }

    pub(crate) fn majority(&self, set: usize) -> usize {
        self.members(set).filter(|host| host.slot.votes()).count() / 2 + 1
    }

    /// Everybody looks whether there is a primary, and a primary whether there is anybody.
    pub(crate) fn look_for_primary(&mut self) {
        for index in 0..self.hosts.len() {
            let Some(server) = self.hosts[index].server.as_ref().filter(|it| it.answers()) else {
                continue;
            };
            if server.is_primary() {
                if self.heard_by(index) < self.majority(self.hosts[index].set) {
                    self.resign(index);
                }
            } else if self.is_impatient(index, server) {
                let extra = self.dice.millis(0, 1500);
                if let Some(server) = self.hosts[index].server.as_mut() {
                    server.leader_heard = self.now;
                    server.impatience = TIMEOUT + extra;
                }
                self.stand(index);
            }
        }
    }

    fn is_impatient(&self, index: usize, server: &Server) -> bool {
        let host = &self.hosts[index];
        let known = server.leader.is_some_and(|leader| server.heard[leader].up);
        host.slot.electable()
            && !host.faults.has(HostFault::StandsBack)
            && server.office == Office::Secondary
            && server.out_until <= self.now
            && !known
            && self.now.saturating_sub(server.leader_heard) >= server.impatience
    }

    /// Voters that a primary has heard of lately, itself among them.
    fn heard_by(&self, index: usize) -> usize {
        let Some(server) = self.hosts[index].server.as_ref() else { return 0 };
        let recent = |at: Duration| self.now.saturating_sub(at) < TIMEOUT;
        let voters = self.beside(index).filter(|&peer| self.hosts[peer].slot.votes());
        voters.filter(|&peer| peer == index || server.heard[peer].at.is_some_and(recent)).count()
    }

    pub(crate) fn resign(&mut self, index: usize) {
        let now = self.now;
        if let Some(server) = self.hosts[index].server.as_mut() {
            (server.office, server.leader, server.leader_heard) = (Office::Secondary, None, now);
        }
        self.hosts[index].primary_since = None;
    }

    /// Asks for votes, and is primary with a majority of them.
    pub(crate) fn stand(&mut self, index: usize) {
        let Some(term) = self.hosts[index].server.as_ref().map(|server| server.term + 1) else {
            return;
        };
        let end = self.hosts[index].log.end();
        let mut voters = Vec::new();
        for peer in self.beside(index) {
            if !self.hosts[peer].slot.votes() {
                continue;
            }
            let reached = peer == index || self.reach(index, peer) == Reached::Well;
            let arbiter = !self.hosts[peer].slot.bears_data();
            let behind = arbiter || self.hosts[peer].log.end() <= end;
            if reached && behind && self.hosts[peer].voted < term {
                voters.push(peer);
            }
        }
        if voters.len() < self.majority(self.hosts[index].set) {
            return;
        }
        for &voter in &voters {
            self.hosts[voter].voted = term;
            if voter != index && self.hosts[voter].server.as_ref().is_some_and(Server::is_primary) {
                self.resign(voter);
            }
            if let Some(server) = self.hosts[voter].server.as_mut() {
                server.term = server.term.max(term);
            }
        }
        self.takes_office(index, term);
    }

    fn takes_office(&mut self, index: usize, term: i64) {
        let now = self.now;
        if let Some(server) = self.hosts[index].server.as_mut() {
            (server.office, server.term) = (Office::Primary, term);
            (server.leader, server.source) = (Some(index), None);
        }
        self.hosts[index].primary_since = Some(now);
        let set = self.hosts[index].set;
        self.sets[set].elections += 1;
        self.judge_primary(index);
        self.write_at(index);
        for peer in self.beside(index).filter(|&peer| peer != index) {
            self.ask_soon(index, peer, 20);
            self.ask_soon(peer, index, 300);
        }
    }

    /// `replSetStepDown`, unforced: writes wait until an electable member has everything. Whether one
    /// was near enough.
    pub(crate) fn step_down(&mut self, index: usize) -> bool {
        let end = self.hosts[index].log.end();
        let heirs: Vec<usize> = self
            .beside(index)
            .filter(|&peer| {
                let host = &self.hosts[peer];
                let behind = end.1.saturating_sub(host.log.end().1);
                peer != index && host.slot.electable() && host.in_service() && behind < NEAR
            })
            .filter(|&peer| self.would_reach(index, peer) == Reached::Well)
            .collect();
        if heirs.is_empty() {
            return false;
        }
        let now = self.now;
        self.resign(index);
        if let Some(server) = self.hosts[index].server.as_mut() {
            server.out_until = now + TERM_OFF;
        }
        let willing: Vec<usize> = heirs
            .into_iter()
            .filter(|&heir| !self.hosts[heir].faults.has(HostFault::StandsBack))
            .collect();
        if !willing.is_empty() {
            let heir = self.dice.pick(&willing);
            self.hosts[heir].log = self.hosts[index].log.clone();
            let life = self.hosts[heir].server.as_ref().map_or(0, |server| server.life);
            let after = self.dice.millis(20, 300);
            self.after(after, Happens::Stands { host: heir, life });
        }
        true
    }
}
