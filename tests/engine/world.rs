//! A replica set in memory: what its servers would do, and the promises they must never see broken.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use tlsplan::{
    cluster::{
        mode::TlsMode,
        topology::{
            MemberConfig, MemberKind, MemberState, MemberView, OpTime, Reach, ServerView,
            SetConfig, SetStatus, Voting,
        },
        version::ServerVersion,
    },
    host::{
        deadman::{Ended, Phase, SwitchEnd, SwitchId, SwitchNow, Wish},
        digest::Digest,
    },
    member::node::{Activity, Arm, Life, UnitNow},
    name::{MemberName, SetName},
};
use tokio::time::Instant;

use crate::files;

/// From the start of a process until it listens.
const START: Duration = Duration::from_millis(1400);
/// Heartbeats come every two seconds.
const HEARTBEAT: u128 = 2000;

/// What goes wrong, by host index.
#[derive(Default)]
pub(crate) struct Faults {
    /// mongod does not start on a file with TLS; the canary does not notice.
    pub(crate) dies_with_tls: BTreeSet<usize>,
    /// mongod starts on a file with TLS and never answers.
    pub(crate) silent_with_tls: BTreeSet<usize>,
    /// The canary refuses the file.
    pub(crate) canary_refuses: BTreeSet<usize>,
    /// Cannot speak TLS to its peers: a certificate that nobody else accepts.
    pub(crate) mute_in_tls: BTreeSet<usize>,
    /// systemd refuses to restart the unit, after the file was replaced.
    pub(crate) restart_refused: BTreeSet<usize>,
    /// When a member is being proved, this other one dies of something else.
    pub(crate) bystander_dies: Option<usize>,
    /// The controller has no way in by TLS.
    pub(crate) no_tls: BTreeSet<usize>,
    /// Another run has the host.
    pub(crate) lease_lost: BTreeSet<usize>,
    /// The next restart is done, and its reply is lost.
    pub(crate) reply_lost: BTreeSet<usize>,
    /// The next restart is not done, and its reply is lost.
    pub(crate) request_lost: BTreeSet<usize>,
    /// Nobody gets in to confirm.
    pub(crate) cannot_confirm: BTreeSet<usize>,
}

pub(crate) struct Member {
    pub(crate) file: String,
    pub(crate) running: TlsMode,
    /// When it listens; `None` is a failed unit.
    pub(crate) up_at: Option<Instant>,
    pub(crate) life: u32,
    /// When this life began; the first one began long before the test.
    pub(crate) started: Instant,
    pub(crate) applied: u32,
    /// Whom it replicates from, where it is no primary.
    pub(crate) source: usize,
    pub(crate) restarts: usize,
    pub(crate) writes: usize,
    pub(crate) kept: Vec<String>,
    pub(crate) switch: Option<Armed>,
    pub(crate) ended: Vec<(SwitchId, SwitchEnd)>,
}

/// A host that helps itself at a certain moment.
pub(crate) struct Armed {
    id: SwitchId,
    old: String,
    new: String,
    fires: Instant,
    life: u32,
}

pub(crate) struct World {
    pub(crate) members: Vec<Member>,
    pub(crate) primary: usize,
    pub(crate) term: i64,
    pub(crate) optime: u32,
    pub(crate) faults: Faults,
    pub(crate) elections: usize,
    pub(crate) set_parameters: usize,
    /// Members that lost their source to a restart.
    pub(crate) orphans: usize,
}

#[derive(Clone)]
pub(crate) struct Shared(Arc<Mutex<World>>);

pub(crate) fn name(index: usize) -> MemberName {
    MemberName::new(format!("m{index}.test:27017"))
}

impl Shared {
    pub(crate) fn new(modes: &[TlsMode], faults: Faults) -> Self {
        let size = modes.len();
        // The members form a chain, the last one behind the primary.
        let member = |(index, &running): (usize, &TlsMode)| Member {
            file: files::text(running),
            running,
            up_at: Some(Instant::now()),
            life: 1,
            started: Instant::now(),
            applied: 100,
            source: (index + 1) % size,
            restarts: 0,
            writes: 0,
            kept: Vec::new(),
            switch: None,
            ended: Vec::new(),
        };
        let members = modes.iter().enumerate().map(member);
        Self(Arc::new(Mutex::new(World {
            members: members.collect(),
            primary: 0,
            term: 1,
            optime: 100,
            faults,
            elections: 0,
            set_parameters: 0,
            orphans: 0,
        })))
    }

    /// The world as it is now: what was due has happened.
    pub(crate) fn lock(&self) -> MutexGuard<'_, World> {
        let mut world = self.0.lock().unwrap();
        world.fire_what_is_due();
        world
    }
}

impl World {
    pub(crate) fn is_up(&self, index: usize) -> bool {
        self.members[index].up_at.is_some_and(|at| at <= Instant::now())
    }

    /// The process ends and systemd starts it on the file in place.
    pub(crate) fn restart(&mut self, index: usize) {
        assert!(
            index != self.primary || self.members.len() == 1,
            "a primary was restarted without a step-down"
        );
        self.orphans += (0..self.members.len())
            .filter(|&other| other != self.primary && self.members[other].source == index)
            .count();
        let primary = self.primary;
        let mode = files::mode(&self.members[index].file);
        let dies = mode > TlsMode::Disabled && self.faults.dies_with_tls.contains(&index);
        let member = &mut self.members[index];
        member.running = mode;
        member.life += 1;
        member.started = Instant::now();
        member.restarts += 1;
        member.source = primary;
        let silent = mode > TlsMode::Disabled && self.faults.silent_with_tls.contains(&index);
        let start = if silent { Duration::from_secs(86_400) } else { START };
        member.up_at = (!dies).then(|| Instant::now() + start);
        self.check();
    }

    pub(crate) fn arm(&mut self, index: usize, arm: &Arm) {
        let armed = self.members.iter().filter(|member| member.switch.is_some()).count();
        assert_eq!(armed, 0, "promise C3: a second host is armed");
        let in_place = Digest::of(self.members[index].file.as_bytes());
        assert_eq!(in_place, arm.in_place);
        self.members[index].switch = Some(Armed {
            id: arm.id.clone(),
            old: arm.old.text.clone(),
            new: arm.new.clone(),
            fires: Instant::now() + arm.within,
            life: self.members[index].life,
        });
    }

    pub(crate) fn switch(&self, index: usize) -> Option<SwitchNow> {
        let armed = self.members[index].switch.as_ref()?;
        let sum = |text: &str| Digest::of(text.as_bytes());
        let (old, new) = (sum(&armed.old), sum(&armed.new));
        let life = (armed.life, armed.life.to_string());
        Some(SwitchNow { id: armed.id.clone(), phase: Phase::Armed, old, new, life })
    }

    pub(crate) fn settle(&mut self, index: usize, id: &SwitchId, wish: Wish) -> Ended {
        let armed = self.members[index].switch.as_ref().is_some_and(|armed| &armed.id == id);
        if armed {
            match wish {
                Wish::Confirm => self.end(index, SwitchEnd::Confirmed),
                Wish::Disarm => self.end(index, SwitchEnd::Unused),
                Wish::Fire => self.fire(index, wish),
                Wish::Look => {}
            }
        }
        let ended = self.members[index].ended.iter().find(|(other, _)| other == id);
        let end = ended.map_or(SwitchEnd::Gone, |(_, end)| *end);
        Ended { end, reason: "as it is in the model".to_owned() }
    }

    fn end(&mut self, index: usize, end: SwitchEnd) {
        let member = &mut self.members[index];
        let armed = member.switch.take().unwrap();
        member.ended.push((armed.id, end));
    }

    fn fire_what_is_due(&mut self) {
        for index in 0..self.members.len() {
            let due = |armed: &Armed| armed.fires <= Instant::now();
            if self.members[index].switch.as_ref().is_some_and(due) {
                self.fire(index, Wish::Look);
            }
        }
    }

    /// What the host does by itself: nothing to a healthy member, the old file to a sick one.
    fn fire(&mut self, index: usize, wish: Wish) {
        let armed = self.members[index].switch.as_ref().unwrap();
        let (old, new) = (armed.old.clone(), armed.new.clone());
        let (file, up) = (self.members[index].file.clone(), self.is_up(index));
        if file == old && old != new && self.members[index].up_at.is_some() {
            return self.end(index, SwitchEnd::Unused);
        }
        if wish != Wish::Fire && file == new && up {
            return self.end(index, SwitchEnd::UnconfirmedHealthy);
        }
        self.members[index].file = old;
        self.restart(index);
        self.end(index, SwitchEnd::RolledBack);
    }

    pub(crate) fn step_down(&mut self, index: usize) {
        assert_eq!(index, self.primary);
        let heir = (0..self.members.len()).find(|&other| other != index && self.is_up(other));
        self.primary = heir.expect("somebody to hand over to");
        // The others stay behind the old primary.
        self.members[index].source = self.primary;
        self.term += 1;
        self.elections += 1;
    }

    /// Promises A1 and A5, at every instant.
    pub(crate) fn check(&self) {
        let down = (0..self.members.len()).filter(|&index| !self.is_up(index)).count();
        assert!(down <= 1, "promise A1: {down} members down at once");
        for one in &self.members {
            for other in &self.members {
                assert!(files::mode(&one.file).talks_with(other.running), "promise A5");
                assert!(one.running.talks_with(other.running), "promise A5");
            }
        }
    }

    pub(crate) fn unit(&self, index: usize) -> UnitNow {
        let member = &self.members[index];
        let running = member.up_at.is_some();
        UnitNow {
            activity: if running { Activity::Active } else { Activity::Failed },
            life: Life {
                pid: if running { member.life } else { 0 },
                invocation: member.life.to_string(),
                restarts: 0,
            },
            age: running.then(|| match member.life {
                1 => Duration::from_secs(3600),
                _ => member.started.elapsed(),
            }),
            result: "failed (exit-code, status 1)".to_owned(),
        }
    }

    pub(crate) fn view(&mut self, index: usize) -> Option<ServerView> {
        if !self.is_up(index) {
            return None;
        }
        self.replicate();
        let size = self.members.len();
        let voters = u32::try_from(size).unwrap();
        let config = |peer| MemberConfig {
            name: name(peer),
            voting: Voting::Votes,
            priority: 1.0,
            kind: MemberKind::DataBearing,
            delay: Duration::ZERO,
        };
        Some(ServerView {
            version: ServerVersion(6, 0, 5),
            mode: self.members[index].running,
            config: SetConfig {
                name: SetName::new("rs0"),
                version: 1,
                members: (0..size).map(config).collect(),
            },
            status: SetStatus {
                set: SetName::new("rs0"),
                me: name(index),
                majority_votes: voters / 2 + 1,
                write_majority: voters / 2 + 1,
                term: self.term,
                members: (0..size).map(|peer| self.seen(index, peer)).collect(),
            },
        })
    }

    /// Whether `from` can open a connection to `to`.
    fn reaches(&self, from: usize, to: usize) -> bool {
        let (one, other) = (self.members[from].running, self.members[to].running);
        let speaks_tls = one >= TlsMode::Prefer;
        let mute = speaks_tls && self.faults.mute_in_tls.contains(&from);
        self.is_up(to) && one.talks_with(other) && !mute
    }

    fn replicate(&mut self) {
        for index in 0..self.members.len() {
            if index == self.primary || self.is_up(index) && self.reaches(index, self.primary) {
                self.members[index].applied = self.optime;
            }
        }
    }

    fn seen(&self, by: usize, peer: usize) -> MemberView {
        let reached = by == peer || self.reaches(by, peer);
        let state = match (reached, peer == self.primary) {
            (false, _) => MemberState::Down,
            (true, true) => MemberState::Primary,
            (true, false) => MemberState::Secondary,
        };
        let applied = self.members[peer].applied;
        let ago = Instant::now().duration_since(*EPOCH).as_millis() % HEARTBEAT;
        MemberView {
            name: name(peer),
            state,
            reach: if reached { Reach::Up } else { Reach::Down },
            applied: OpTime { term: self.term, seconds: applied, increment: 0 },
            applied_ms: i64::from(applied) * 10,
            sync_source: (by == peer && peer != self.primary && self.reaches(by, self.primary))
                .then(|| name(self.members[peer].source)),
            heartbeat_age: (by != peer).then(|| Duration::from_millis(ago.try_into().unwrap())),
            message: (!reached).then(|| "connection refused".to_owned()),
        }
    }
}

static EPOCH: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
