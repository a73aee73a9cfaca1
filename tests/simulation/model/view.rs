//! What a server and a host say when the engine looks at them.

use std::time::Duration;

use tlsplan::{
    cluster::{
        topology::{MemberState, MemberView, Reach, ServerView, SetConfig, SetStatus},
        version::ServerVersion,
    },
    host::{deadman::SwitchStatus, digest::Digest},
    name::{MemberName, SetName},
};

use super::{links::Reached, server::Server, slot::Slot, world::World};

pub(crate) fn name(index: usize) -> MemberName {
    MemberName::new(format!("m{index}.test:27017"))
}

/// The configuration that every member of a set has.
pub(crate) fn config(set: usize, first: usize, slots: &[Slot]) -> SetConfig {
    let members = (first..).zip(slots).map(|(index, slot)| slot.config(index)).collect();
    SetConfig { name: SetName::new(format!("rs{set}")), version: 1, members }
}

/// The way back from a name.
pub(crate) fn index(name: &MemberName) -> Option<usize> {
    name.as_str().strip_prefix('m')?.split('.').next()?.parse().ok()
}

impl World {
    /// What the server says; `None` where it does not answer.
    pub(crate) fn view(&self, index: usize) -> Option<ServerView> {
        let host = &self.hosts[index];
        let server = host.server.as_ref().filter(|server| server.answers())?;
        let set = host.set;
        let config = &self.sets[set].config;
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Some(ServerView {
            version: ServerVersion(6, 0, 5),
            mode: server.mode,
            config: config.clone(),
            status: SetStatus {
                set: config.name.clone(),
                me: self.names[index].clone(),
                majority_votes: number(self.majority(set)),
                write_majority: number(self.write_majority(set)),
                term: server.term,
                members: self.beside(index).map(|peer| self.seen(index, server, peer)).collect(),
            },
        })
    }

    fn seen(&self, by: usize, server: &Server, peer: usize) -> MemberView {
        if by == peer {
            let applied = self.hosts[by].log.place();
            return MemberView {
                name: self.names[by].clone(),
                state: server.office.state(),
                reach: Reach::Up,
                applied,
                applied_ms: self.written(by, applied.seconds),
                sync_source: server.source.map(|source| self.names[source].clone()),
                heartbeat_age: None,
                message: None,
            };
        }
        let heard = &server.heard[peer];
        let state = if heard.up { heard.state } else { Some(MemberState::Down) };
        MemberView {
            name: self.names[peer].clone(),
            state: state.unwrap_or(MemberState::Unknown),
            reach: if heard.up { Reach::Up } else { Reach::Down },
            applied: heard.place,
            applied_ms: self.written(by, heard.place.seconds),
            sync_source: None,
            heartbeat_age: heard.at.map(|at| self.now.saturating_sub(at)),
            message: heard.message.map(str::to_owned),
        }
    }

    fn written(&self, by: usize, index: u32) -> i64 {
        let at = self.sets[self.hosts[by].set]
            .times
            .get(index as usize)
            .copied()
            .unwrap_or(Duration::ZERO);
        i64::try_from(at.as_millis()).unwrap_or(i64::MAX)
    }

    /// The switch that has not come to its end.
    pub(crate) fn switch(&self, index: usize) -> Option<SwitchStatus> {
        let open = self.hosts[index].switches.open.as_ref()?;
        let sum = |text: &str| Digest::from_content(text.as_bytes());
        let (id, phase) = (open.id.clone(), open.phase);
        let life = (open.life.0, open.life.1.to_string());
        Some(SwitchStatus { id, phase, old: sum(&open.old), new: sum(&open.new), life })
    }

    /// Whether every member serves, hears each other one of its set and is heard, as nobody in the story can know.
    pub(crate) fn is_whole(&self) -> bool {
        let size = self.hosts.len();
        let all = (0..size).all(|index| self.hosts[index].answers_well());
        let pairs = (0..size).flat_map(|by| self.beside(by).map(move |to| (by, to)));
        let mut apart = pairs.filter(|(by, to)| by != to);
        all && !apart.any(|(by, to)| self.would_reach(by, to) != Reached::Well)
    }
}
