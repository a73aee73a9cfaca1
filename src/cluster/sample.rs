//! A replica set made up for tests: healthy unless something else is said.

use std::time::Duration;

use super::{
    health::SetView,
    mode::TlsMode,
    topology::{
        MemberConfig, MemberKind, MemberState, MemberView, OpTime, Reach, ServerView, SetConfig,
        SetStatus, Voting,
    },
    version::ServerVersion,
};
use crate::name::{MemberName, SetName};

/// `db1.test:27017` for index 0.
pub(crate) fn name(index: usize) -> MemberName {
    MemberName::new(format!("db{}.test:27017", index + 1))
}

/// The builder. The primary is member 0 unless said otherwise.
#[derive(Clone)]
pub(crate) struct Sample {
    members: Vec<MemberConfig>,
    states: Vec<MemberState>,
    modes: Vec<TlsMode>,
    applied: Vec<u32>,
    primary: Option<usize>,
}

impl Sample {
    pub(crate) fn new(size: usize) -> Self {
        let members = (0..size).map(|index| MemberConfig {
            name: name(index),
            voting: Voting::Votes,
            priority: 1.0,
            kind: MemberKind::DataBearing,
            delay: Duration::ZERO,
        });
        let sample = Self {
            members: members.collect(),
            states: vec![MemberState::Secondary; size],
            modes: vec![TlsMode::Disabled; size],
            applied: vec![100; size],
            primary: None,
        };
        sample.primary(0)
    }

    pub(crate) fn primary(mut self, index: usize) -> Self {
        if let Some(old) = self.primary.replace(index) {
            self.states[old] = MemberState::Secondary;
        }
        self.states[index] = MemberState::Primary;
        self
    }

    pub(crate) fn no_primary(mut self) -> Self {
        if let Some(old) = self.primary.take() {
            self.states[old] = MemberState::Secondary;
        }
        self
    }

    pub(crate) fn arbiter(mut self, index: usize) -> Self {
        self.members[index].kind = MemberKind::Arbiter;
        self.members[index].priority = 0.0;
        self.state(index, MemberState::Arbiter)
    }

    pub(crate) fn priority(mut self, index: usize, priority: f64) -> Self {
        self.members[index].priority = priority;
        self
    }

    /// Keeps behind on purpose, and is never primary.
    pub(crate) fn delayed(mut self, index: usize, seconds: u64) -> Self {
        self.members[index].delay = Duration::from_secs(seconds);
        self.priority(index, 0.0)
    }

    pub(crate) fn state(mut self, index: usize, state: MemberState) -> Self {
        self.states[index] = state;
        self
    }

    pub(crate) fn mode(mut self, index: usize, mode: TlsMode) -> Self {
        self.modes[index] = mode;
        self
    }

    /// Seconds behind the primary.
    pub(crate) fn behind(mut self, index: usize, seconds: u32) -> Self {
        self.applied[index] = 100 - seconds;
        self
    }

    /// The set seen from every member, everybody agreeing with everybody.
    pub(crate) fn view(&self) -> SetView {
        let views = (0..self.members.len()).map(|index| (name(index), self.server(index)));
        SetView { members: views.collect() }
    }

    pub(crate) fn server(&self, index: usize) -> ServerView {
        let voters = u32::try_from(self.members.len()).unwrap();
        let data =
            self.members.iter().filter(|member| member.kind == MemberKind::DataBearing).count();
        let majority = voters / 2 + 1;
        ServerView {
            version: ServerVersion(6, 0, 5),
            mode: self.modes[index],
            config: SetConfig {
                name: SetName::new("rs0"),
                version: 1,
                members: self.members.clone(),
            },
            status: SetStatus {
                set: SetName::new("rs0"),
                me: name(index),
                majority_votes: majority,
                write_majority: majority.min(u32::try_from(data).unwrap()),
                term: 1,
                members: (0..self.members.len()).map(|peer| self.seen(index, peer)).collect(),
            },
        }
    }

    fn seen(&self, by: usize, peer: usize) -> MemberView {
        let down = self.states[peer] == MemberState::Down;
        let source = (peer != self.primary.unwrap_or(peer)).then(|| self.primary.map(name));
        MemberView {
            name: name(peer),
            state: self.states[peer],
            reach: if down { Reach::Down } else { Reach::Up },
            applied: OpTime { term: 1, seconds: self.applied[peer], increment: 1 },
            applied_ms: i64::from(self.applied[peer]) * 1000,
            sync_source: source.flatten(),
            heartbeat_age: (by != peer).then(|| Duration::from_millis(300)),
            message: None,
        }
    }
}
