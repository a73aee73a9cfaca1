//! One host: its disk, its unit, its server and the line to it.

use std::{collections::BTreeMap, time::Duration};

use super::{
    faults::{Disk, Faults, Line, Sudo},
    files,
    oplog::Oplog,
    server::Server,
    session::SessionId,
    slot::Slot,
    switch::Switches,
    unit::Unit,
};
use tlsplan::{
    cluster::{mode::TlsMode, peers::ClusterPeers},
    host::machine::QuestionRecord,
};

pub(crate) struct Host {
    pub(crate) power: Power,
    /// Counts boots: what was planned before one does not happen after it.
    pub(crate) boot: u32,
    pub(crate) disk: Disk,
    pub(crate) sudo: Sudo,
    pub(crate) line: Line,
    /// mongod.conf
    pub(crate) file: String,
    /// The text that was last looked into, and its mode.
    pub(crate) read: (String, Option<TlsMode>),
    /// The earlier versions, as `replace.sh` keeps them.
    pub(crate) kept: Vec<String>,
    /// What people wrote into the file.
    pub(crate) by_hand: String,
    pub(crate) switches: Switches,
    pub(crate) lease: Option<Holding>,
    /// Questions to a person, by their keys.
    pub(crate) questions: BTreeMap<String, QuestionRecord>,
    /// What a command of the plan ends with.
    pub(crate) command_status: u32,
    /// How often one was run.
    pub(crate) commands: usize,
    /// Until then every port that is dialled from here refuses.
    pub(crate) port_opens: Duration,
    pub(crate) unit: Unit,
    pub(crate) server: Option<Server>,
    pub(crate) log: Oplog,
    /// The newest term it voted in.
    pub(crate) voted: i64,
    /// The set it belongs to, by its place in the world.
    pub(crate) set: usize,
    pub(crate) slot: Slot,
    pub(crate) faults: Faults,
    /// What its server knows beyond the set.
    pub(crate) cluster_peers: ClusterPeers,
    /// Since when it is out of service because of us.
    pub(crate) ours: Option<Duration>,
    /// Since when it is out of service, whoever is to blame.
    pub(crate) sick: Option<Duration>,
    pub(crate) primary_since: Option<Duration>,
    pub(crate) writes: usize,
    pub(crate) restarts: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Power {
    On,
    Off,
}

/// A lease as the host has it.
#[derive(Clone, Debug)]
pub(crate) struct Holding {
    pub(crate) session: SessionId,
    pub(crate) run: String,
    pub(crate) heard: Duration,
}

impl Host {
    pub(crate) fn new(set: usize, slot: Slot, mode: TlsMode) -> Self {
        Self {
            power: Power::On,
            boot: 0,
            disk: Disk::Well,
            sudo: Sudo::Works,
            line: Line::Up,
            file: files::text(mode, ""),
            read: (String::new(), None),
            kept: Vec::new(),
            by_hand: String::new(),
            switches: Switches::default(),
            lease: None,
            questions: BTreeMap::new(),
            command_status: 0,
            commands: 0,
            port_opens: Duration::ZERO,
            unit: Unit::default(),
            server: None,
            log: Oplog::up_to(1, 100),
            voted: 1,
            set,
            slot,
            faults: Faults::default(),
            cluster_peers: ClusterPeers::default(),
            ours: None,
            sick: None,
            primary_since: None,
            writes: 0,
            restarts: 0,
        }
    }

    pub(crate) fn file_mode(&self) -> Option<TlsMode> {
        files::mode(&self.file)
    }

    /// Looks into a file that was changed since the last time; parsing it at each event takes long.
    pub(crate) fn read_file(&mut self) {
        if self.read.0 != self.file {
            self.read = (self.file.clone(), self.file_mode());
        }
    }

    pub(crate) fn running(&self) -> Option<TlsMode> {
        self.server.as_ref().map(|server| server.mode)
    }

    pub(crate) fn in_service(&self) -> bool {
        self.server.as_ref().is_some_and(|server| server.answers() && server.office.in_service())
    }

    /// As `hello` has it: a primary, or a member that serves and knows one.
    pub(crate) fn answers_well(&self) -> bool {
        self.in_service()
            && self.server.as_ref().is_some_and(|it| it.is_primary() || it.leader.is_some())
    }
}
