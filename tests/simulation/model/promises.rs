//! The promises, by their ids, checked after everything that happens.

use std::{fmt::Display, time::Duration};

use tlsplan::cluster::mode::TlsMode;

use super::{files, host::Host, unit::State, world::World};

/// What was seen on hosts may be two seconds old, and calls take their time.
const FRESH: Duration = Duration::from_millis(3500);

/// Who stops a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// A run of ours.
    Run,
    /// The host itself.
    WayBack,
    /// Somebody else.
    Person,
}

impl World {
    pub(crate) fn check(&mut self) {
        self.keep_books();
        self.check_outage();
        self.check_reboot();
        self.check_files();
        self.note_proofs();
        for set in 0..self.sets.len() {
            let armed = self.members(set).filter(|host| host.switches.open.is_some()).count();
            if armed > 1 {
                self.broken("C3", format!("{armed} hosts of rs{set} are armed"));
            }
        }
    }

    pub(crate) fn broken(&mut self, promise: &str, words: impl Display) {
        let line = format!("{promise} at {:.3}s: {words}", self.now.as_secs_f64());
        self.note(|| line.clone());
        if self.broken.len() < 5 {
            self.broken.push(line);
        }
    }

    fn keep_books(&mut self) {
        let now = self.now;
        for host in &mut self.hosts {
            host.read_file();
            let stopping = host.unit.state == State::Stopping;
            if host.in_service() && !stopping {
                (host.sick, host.ours) = (None, None);
            } else if host.sick.is_none() {
                host.sick = Some(now);
            }
        }
    }

    /// promise: A1
    fn check_outage(&mut self) {
        let ours = |host: &&Host| host.slot.votes() && host.ours.is_some();
        for set in 0..self.sets.len() {
            let down = self.members(set).filter(ours).count();
            if down > 1 {
                let words = format!("{down} voting members of rs{set} are down because of us");
                self.broken("A1", words);
            }
        }
    }

    /// promise: A5. Members of two sets talk to each other as well, as a cluster with shards would.
    fn check_reboot(&mut self) {
        if self.is_near() {
            return;
        }
        let mut torn = None;
        let files: Vec<_> = self.hosts.iter().map(Host::file_mode).collect();
        for (index, one) in self.hosts.iter().enumerate() {
            for (other, two) in self.hosts.iter().enumerate() {
                let Some(theirs) = two.running().filter(|_| index != other) else { continue };
                let far = files[index].is_none_or(|file| !file.talks_with(theirs))
                    || one.running().is_some_and(|mine| !mine.talks_with(theirs));
                if far {
                    torn = Some((index, one.file.trim().to_owned(), other, theirs));
                }
            }
        }
        if let Some((index, file, other, theirs)) = torn {
            let words = format!("db{} with `{file}` beside db{} in {theirs}", index + 1, other + 1);
            self.broken("A5", words);
        }
    }

    /// Whether all modes, of files and of processes, are within one rung: as good as always.
    fn is_near(&self) -> bool {
        let files = self.hosts.iter().map(|host| host.read.1);
        let running = self.hosts.iter().filter_map(Host::running).map(Some);
        let all = || files.clone().chain(running.clone());
        match (all().min().flatten(), all().max().flatten()) {
            (Some(low), Some(high)) => low.talks_with(high),
            _ => false,
        }
    }

    /// promises: B1, B4, B5
    fn check_files(&mut self) {
        for index in 0..self.hosts.len() {
            let host = &self.hosts[index];
            if host.read.1.is_none() {
                let words = format!("db{} holds {:?}", index + 1, host.file);
                self.broken("B1", words);
            } else if files::by_hand(&host.file) != host.by_hand {
                let words = format!("what a person wrote on db{} is gone", index + 1);
                self.broken("B5", words);
            }
        }
    }

    /// promises: A1, A2, A6. A member is about to be stopped.
    pub(crate) fn judge_stop(&mut self, host: usize, by: By) {
        let now = self.now;
        let it = &self.hosts[host];
        let set = it.set;
        if by == By::Person || !it.in_service() {
            return;
        }
        let heirs = |peer: &usize| *peer != host && self.hosts[*peer].slot.electable();
        let some_heir = self.beside(host).any(|peer| heirs(&peer) && self.hosts[peer].in_service());
        let settled = it.primary_since.is_some_and(|since| now.saturating_sub(since) > FRESH);
        if by == By::Run && settled && some_heir {
            self.broken("A6", format!("db{} was stopped as primary", host + 1));
        }
        if by == By::WayBack && self.hosts[host].answers_well() {
            self.broken("C5", format!("db{} was well and was put back by its host", host + 1));
        }
        let lately = |it: &Host| it.sick.is_some_and(|since| now.saturating_sub(since) <= FRESH);
        let left = |counts: fn(&Host) -> bool| {
            let others = self.beside(host).filter(|&peer| peer != host);
            let others = others.map(|peer| &self.hosts[peer]);
            let well = others.filter(|it| it.in_service() || lately(it));
            well.filter(|it| it.slot.votes() && counts(it)).count()
        };
        let (votes, data) = (left(|_| true), left(|it| it.slot.bears_data()));
        if by == By::Run && (votes < self.majority(set) || data < self.write_majority(set)) {
            let words =
                format!("db{} was stopped with {votes} votes and {data} with data left", host + 1);
            self.broken("A2", words);
        }
        let it = &mut self.hosts[host];
        it.ours = Some(now);
    }

    /// promise: C2. Nobody is restarted forwards who would not help itself. After a boot the switch
    /// may have come to its end in between.
    pub(crate) fn judge_arming(&mut self, host: usize, run: &str, target: Option<TlsMode>) {
        let it = &self.hosts[host];
        let open = it.switches.open.as_ref();
        let armed = open.is_some_and(|open| open.id.as_str().starts_with(run));
        if !armed && it.boot == 0 && target >= it.file_mode() {
            self.broken("C2", format!("db{} is restarted and not armed", host + 1));
        }
    }

    /// promise: A3. Whoever takes office has everything that was acknowledged.
    pub(crate) fn judge_primary(&mut self, index: usize) {
        let acknowledged = self.sets[self.hosts[index].set].writer.acknowledged;
        if !self.hosts[index].log.holds(acknowledged) {
            self.broken("A3", format!("db{} is primary without what was acknowledged", index + 1));
        }
    }

    /// promises: D1, D2. A run is about to change something.
    pub(crate) fn judge_act(&mut self, host: usize, run: &str, what: &str) {
        let other = self.hosts[host].lease.as_ref().filter(|lease| lease.run != run);
        if let Some(other) = other {
            let words = format!("{what} by {run} on db{}, which {} holds", host + 1, other.run);
            self.broken("D2", words);
        }
    }
}
