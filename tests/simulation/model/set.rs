//! A replica set: who belongs to it, who writes to it, and what was counted there.

use std::{ops::Range, time::Duration};

use tlsplan::cluster::topology::SetConfig;

use super::{
    audience::Audience, host::Host, slot::Slot, view::config, world::World, writer::Writer,
};

pub(crate) struct Set {
    /// Its hosts, which stand side by side in the world.
    members: Range<usize>,
    pub(crate) config: SetConfig,
    /// When each entry of the oplog was written.
    pub(crate) times: Vec<Duration>,
    pub(crate) writer: Writer,
    pub(crate) audience: Audience,
    pub(crate) elections: usize,
}

impl Set {
    pub(crate) fn new(set: usize, first: usize, slots: &[Slot]) -> Self {
        Self {
            members: first..first + slots.len(),
            config: config(set, first, slots),
            times: Vec::new(),
            writer: Writer::default(),
            audience: Audience::default(),
            elections: 0,
        }
    }

    pub(crate) fn members(&self) -> Range<usize> {
        self.members.clone()
    }
}

impl World {
    pub(crate) fn members(&self, set: usize) -> impl Iterator<Item = &Host> {
        self.hosts[self.sets[set].members()].iter()
    }

    /// The members of the set of this host, itself among them.
    pub(crate) fn beside(&self, host: usize) -> Range<usize> {
        self.sets[self.hosts[host].set].members()
    }

    /// Another member of its set.
    pub(crate) fn next(&self, host: usize) -> usize {
        let members = self.beside(host);
        if members.contains(&(host + 1)) { host + 1 } else { members.start }
    }
}
