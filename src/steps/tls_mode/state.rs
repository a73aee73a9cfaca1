//! What `tls_mode` steps keep from one to the next.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, PoisonError},
};

use super::{
    goal::Proofs,
    set_run::{SetRun, SetState},
};
use crate::{
    engine::progress::Progress,
    instance::Instance,
    name::{HostName, SetName},
    steps::{run::Run, survey::Survey},
};

/// What has been done set by set, and what has been tried on hosts.
#[derive(Default)]
pub struct TlsModeState {
    sets: BTreeMap<SetName, OfSet>,
    /// What has been tried on hosts once in this run.
    pub tried: Tried,
}

struct OfSet {
    hosts: BTreeSet<HostName>,
    state: SetState,
}

/// What has been tried once and need not be tried again.
#[derive(Default)]
pub struct Tried {
    /// Files that a canary has started on a host, by host and text.
    pub canaries: Once<(HostName, String)>,
    /// The hosts whose members have tried to reach their peers by TLS.
    pub peers: Once<HostName>,
    /// The hosts that were reached by TLS before plaintext was switched off.
    pub by_tls: Once<HostName>,
}

/// A set of things that several sets may add to at once.
pub struct Once<T>(Mutex<BTreeSet<T>>);

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self(Mutex::new(BTreeSet::new()))
    }
}

impl<T: Ord> Once<T> {
    /// Whether it was tried.
    pub fn has(&self, thing: &T) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(thing)
    }

    /// Remembers that these were tried.
    pub fn add(&self, things: impl IntoIterator<Item = T>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(things);
    }
}

impl TlsModeState {
    /// Learns from the first survey of a run which host is in which set; that does not change in a run.
    pub fn learn(&mut self, survey: &Survey) {
        for (host, view) in survey.views() {
            let new = || OfSet { hosts: BTreeSet::new(), state: SetState::default() };
            let set = self.sets.entry(view.config.name.clone()).or_insert_with(new);
            set.hosts.insert(host.clone());
        }
    }

    /// One set to work on.
    pub fn set<'r, 'a, N: Instance>(
        &'r mut self,
        run: &'r Run<'a, N>,
        name: &SetName,
    ) -> Option<SetRun<'r, 'a, N>> {
        let (name, set) = self.sets.iter_mut().find(|(known, _)| *known == name)?;
        Some(in_hand(run, name, set))
    }

    /// All sets to work on side by side, with what they share.
    pub fn split<'r, 'a, N: Instance>(
        &'r mut self,
        run: &'r Run<'a, N>,
    ) -> (Vec<SetRun<'r, 'a, N>>, &'r Tried) {
        let sets = self.sets.iter_mut().map(|(name, set)| in_hand(run, name, set));
        (sets.collect(), &self.tried)
    }

    /// What has been done in each set.
    pub fn states(&self) -> impl Iterator<Item = &SetState> {
        self.sets.values().map(|set| &set.state)
    }

    /// How many sets there are.
    #[must_use]
    pub fn sets(&self) -> usize {
        self.sets.len()
    }

    /// What has been proved of the members of a set.
    #[must_use]
    pub fn proofs(&self, name: &SetName) -> Proofs {
        self.sets.get(name).map(|set| set.state.proofs.clone()).unwrap_or_default()
    }

    /// Whether a member has been proved in this run since it was last moved.
    #[must_use]
    pub fn is_proved(&self, host: &HostName) -> bool {
        self.states().any(|state| state.proofs.has(host))
    }

    /// How far a run has come that made so many changes.
    #[must_use]
    pub fn progress(&self, changes: usize) -> Progress {
        let unproved = self.states().any(|state| !state.proofs.owed().is_empty());
        match (changes, unproved) {
            (0, _) => Progress::Untouched,
            (_, false) => Progress::Verified,
            (_, true) => Progress::Unverified,
        }
    }
}

fn in_hand<'r, 'a, N: Instance>(
    run: &'r Run<'a, N>,
    name: &SetName,
    set: &'r mut OfSet,
) -> SetRun<'r, 'a, N> {
    let nodes = run.nodes.iter().filter(|node| set.hosts.contains(node.host())).collect();
    SetRun { run, name: name.clone(), nodes, state: &mut set.state }
}
