//! The whole story: hosts, controllers, what is due, and what was counted.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tlsplan::{cluster::mode::TlsMode, name::MemberName};
use tokio::time::Instant;

use super::{
    dice::Dice,
    faults::HostFault,
    happens::{Happens, Scheduled},
    host::Host,
    server::{Heard, Office, Server},
    session::Session,
    set::Set,
    slot::Shape,
    view::name,
};

/// Between two pulses while something happens, and while nothing does.
const PULSE: [Duration; 2] = [Duration::from_millis(100), Duration::from_secs(1)];
/// So long after the last thing that happened the world is quiet.
const BUSY: Duration = Duration::from_secs(12);

pub(crate) struct World {
    epoch: Instant,
    pub(crate) now: Duration,
    due: BTreeMap<(Duration, u64), Happens>,
    count: u64,
    busy_until: Duration,
    pub(crate) dice: Dice,
    pub(crate) sets: Vec<Set>,
    pub(crate) hosts: Vec<Host>,
    pub(crate) sessions: Vec<Session>,
    pub(crate) names: Vec<MemberName>,
    pub(crate) lives: u32,
    pub(crate) set_parameters: usize,
    /// Members that lost their source to a stop.
    pub(crate) orphans: usize,
    /// Changes that runs made, of any kind.
    pub(crate) changes: usize,
    pub(crate) broken: Vec<String>,
    story: Option<String>,
}

/// The world, looked at from several sides.
#[derive(Clone)]
pub(crate) struct Shared(Arc<Mutex<World>>);

impl Shared {
    /// One healthy set, the first member primary, every member running on its file.
    pub(crate) fn new(shape: Shape, modes: &[TlsMode], seed: u64) -> Self {
        Self::of(&[shape], modes, seed)
    }

    /// Several of them. The hosts are numbered through.
    pub(crate) fn of(shapes: &[Shape], modes: &[TlsMode], seed: u64) -> Self {
        let (mut sets, mut hosts) = (Vec::new(), Vec::new());
        for (set, shape) in shapes.iter().enumerate() {
            let slots = shape.slots();
            sets.push(Set::new(set, hosts.len(), &slots));
            for slot in slots {
                let mode = modes.get(hosts.len()).or(modes.last()).copied();
                hosts.push(Host::new(set, slot, mode.unwrap_or(TlsMode::Disabled)));
            }
        }
        let mut world = World {
            epoch: Instant::now(),
            now: Duration::ZERO,
            due: BTreeMap::new(),
            count: 0,
            busy_until: BUSY,
            dice: Dice::new(seed),
            names: (0..hosts.len()).map(name).collect(),
            sets,
            hosts,
            sessions: Vec::new(),
            lives: 0,
            set_parameters: 0,
            orphans: 0,
            changes: 0,
            broken: Vec::new(),
            story: None,
        };
        world.begin();
        Self(Arc::new(Mutex::new(world)))
    }

    /// The world as it is now: what was due has happened.
    pub(crate) fn lock(&self) -> MutexGuard<'_, World> {
        let mut world = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = world.epoch.elapsed();
        world.advance(now);
        world
    }
}

impl World {
    /// Everybody has known everybody for a long time.
    fn begin(&mut self) {
        let size = self.hosts.len();
        for index in 0..size {
            let members = self.beside(index);
            let first = members.start;
            self.lives += 1;
            let mode = self.hosts[index].file_mode().unwrap_or(TlsMode::Disabled);
            let mut server = Server::new(self.lives, mode, size, Duration::ZERO);
            server.term = 1;
            server.leader = Some(first);
            server.office = match index {
                _ if index == first => Office::Primary,
                _ if !self.hosts[index].slot.bears_data() => Office::Arbiter,
                _ => Office::Secondary,
            };
            if server.office == Office::Secondary {
                // In a chain, the last one behind the primary.
                let next = self.next(index);
                server.source = Some(if self.hosts[next].slot.bears_data() { next } else { first });
            }
            self.hosts[index].server = Some(server);
        }
        for index in 0..size {
            self.know_everybody(index);
            self.begin_heartbeats(index);
        }
        self.after(PULSE[0], Happens::Pulse);
    }

    fn know_everybody(&mut self, index: usize) {
        let lives: Vec<_> = self.hosts.iter().map(|host| host.server.clone()).collect();
        let (place, members) = (self.hosts[index].log.place(), self.beside(index));
        let Some(server) = self.hosts[index].server.as_mut() else { return };
        for (peer, other) in
            lives.into_iter().enumerate().filter(|(peer, _)| members.contains(peer))
        {
            let state = other.map(|it| it.office.state());
            let at = Some(Duration::ZERO);
            server.heard[peer] = Heard { at, up: true, state, place, message: None };
        }
    }

    pub(crate) fn after(&mut self, time: Duration, happens: Happens) {
        self.count += 1;
        self.due.insert((self.now + time, self.count), happens);
    }

    pub(crate) fn later(
        &mut self,
        time: Duration,
        scheduled: impl FnOnce(&mut Self) + Send + 'static,
    ) {
        let scheduled: Scheduled = Box::new(scheduled);
        self.after(time, Happens::Scheduled(scheduled));
    }

    /// Something is going on: time is taken in small steps for a while.
    pub(crate) fn stir(&mut self) {
        self.busy_until = self.now + BUSY;
    }

    fn advance(&mut self, now: Duration) {
        while let Some(entry) = self.due.first_entry() {
            if entry.key().0 > now {
                break;
            }
            let ((at, _), happens) = entry.remove_entry();
            self.now = self.now.max(at);
            self.happen(happens);
            self.check();
        }
        self.now = self.now.max(now);
    }

    fn happen(&mut self, happens: Happens) {
        if !matches!(happens, Happens::Pulse | Happens::Heartbeat { .. } | Happens::Beat { .. }) {
            self.stir();
        }
        match happens {
            Happens::Pulse => self.pulse(),
            Happens::Heartbeat { by, to, life, again } => self.heartbeat(by, to, life, again),
            Happens::Stopped { host, job } => self.stopped(host, job),
            Happens::Starts { host, job } => self.starts(host, job),
            Happens::Listens { host, life } => self.listens(host, life),
            Happens::Dies { host, life } => self.dies(host, life),
            Happens::Stands { host, life } => {
                let it = &self.hosts[host];
                let same = it.server.as_ref().is_some_and(|server| server.life == life);
                if same && !it.faults.has(HostFault::StandsBack) {
                    self.stand(host);
                }
            }
            Happens::Boots { host, boot } => self.boots(host, boot),
            Happens::SwitchDue { host, id, boot } => self.switch_due(host, &id, boot),
            Happens::WayBack { host, boot, step } => self.way_back(host, boot, step),
            Happens::Beat { session } => self.beat(session),
            Happens::Scheduled(scheduled) => scheduled(self),
        }
    }

    fn pulse(&mut self) {
        self.end_leases();
        self.keep_leases();
        self.look_for_primary();
        (0..self.sets.len()).for_each(|set| self.write(set));
        self.replicate();
        (0..self.sets.len()).for_each(|set| self.acknowledge(set));
        let quiet = usize::from(self.now > self.busy_until);
        self.after(PULSE[quiet], Happens::Pulse);
    }

    /// From now on what happens is written down.
    pub(crate) fn start_trace(&mut self) {
        self.story = Some(String::new());
    }

    pub(crate) fn note(&mut self, words: impl FnOnce() -> String) {
        let now = self.now.as_secs_f64();
        if let Some(story) = self.story.as_mut() {
            let _ = writeln!(story, "{now:9.3}  {}", words());
        }
    }

    /// Every host, for people.
    pub(crate) fn state(&self) -> String {
        let mut state = String::new();
        for (index, host) in self.hosts.iter().enumerate() {
            let (file, unit, log) = (host.file.trim(), host.unit.state, host.log.end());
            let _ = writeln!(state, "db{} {file:?} {unit:?} {log:?} {:?}", index + 1, host.server);
        }
        state
    }

    pub(crate) fn story(&self) -> &str {
        self.story.as_deref().unwrap_or_default()
    }
}
