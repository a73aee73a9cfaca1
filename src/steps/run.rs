//! What every step of a run works with: shared, and the same for all sets that are worked on side by side.

use std::{
    collections::BTreeMap,
    future::Future,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use futures_util::future::join_all;
use tokio::{sync::OwnedMutexGuard, time::Instant};

use super::{
    confirm::AskPerson,
    error::{Failure, LeaseLost, ObserveError},
    survey::Survey,
    tls_mode::config_files::ConfigFiles,
};
use crate::{
    cluster::{health::Limits, membership::Membership},
    engine::{
        journal::Intent,
        journaled::{Weight, journalled},
        leases::first_lost,
        run_options::RunOptions,
    },
    error::node_error::NodeError,
    event::{Event, Observation, Sink, Task, Warning},
    host::machine::Machine,
    instance::Instance,
    name::{HostName, MemberName, UnitName},
    plan::Plan,
};

/// A run: the plan, the machines and instances it works with, and what has been done so far.
pub struct Run<'a, N: Instance> {
    /// The plan.
    pub plan: &'a Plan,
    /// The machines under the hosts.
    pub machines: &'a [N::Machine],
    /// One instance per host of the plan that has one, in its order.
    pub nodes: &'a [N],
    /// The wanted files.
    pub files: &'a dyn ConfigFiles,
    /// Where events go.
    pub events: &'a dyn Sink,
    /// Where, until when, and not any more.
    pub options: RunOptions<'a>,
    /// The person at the terminal, where there is one.
    pub person: Option<&'a dyn AskPerson>,
    /// Which host runs which member.
    pub membership: Membership,
    /// The deadline of the step in hand, where the plan gives it one.
    pub timeout: Option<Duration>,
    changes: Changes,
    /// How many hosts have been armed: each switch has a name of its own.
    switches: AtomicUsize,
    /// Whether a set is in trouble: then nothing new is begun in any other.
    halted: AtomicBool,
    /// One restart at a time on each machine, whatever sets its members are in.
    turns: BTreeMap<HostName, Turn>,
    /// The last thing said of each host, so that a wait is told once and not at every look.
    said: Mutex<BTreeMap<HostName, Event>>,
}

type Turn = std::sync::Arc<tokio::sync::Mutex<()>>;

/// The changes that a run has made.
#[derive(Default)]
struct Changes {
    count: AtomicUsize,
    last: Mutex<Option<Instant>>,
}

impl<'a, N: Instance> Run<'a, N> {
    /// A run that has not looked at anything yet.
    pub fn new(
        plan: &'a Plan,
        (machines, nodes): (&'a [N::Machine], &'a [N]),
        files: &'a dyn ConfigFiles,
        events: &'a dyn Sink,
        options: RunOptions<'a>,
    ) -> Self {
        let machine_of = |node: &N| (node.machine().name().clone(), Turn::default());
        Self {
            plan,
            machines,
            nodes,
            files,
            events,
            options,
            person: None,
            membership: Membership::default(),
            timeout: None,
            changes: Changes::default(),
            switches: AtomicUsize::new(0),
            halted: AtomicBool::new(false),
            turns: nodes.iter().map(machine_of).collect(),
            said: Mutex::default(),
        }
    }

    /// Emits an event.
    pub fn emit(&self, event: Event) {
        self.events.emit(event);
    }

    /// Shows what is being done on a host.
    pub fn working(&self, host: &HostName, task: Task) {
        self.emit_news(host, Event::working(host, task));
    }

    /// Shows what was seen last while something is waited for.
    pub fn seen(&self, host: &HostName, seen: impl Into<Observation>) {
        self.emit_news(host, Event::Waiting { host: host.clone(), seen: seen.into() });
    }

    fn emit_news(&self, host: &HostName, event: Event) {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        let before = said.insert(host.clone(), event.clone());
        drop(said);
        if before.as_ref() != Some(&event) {
            self.emit(event);
        }
    }

    /// Tells of something that does not stop the run.
    pub fn warn_of(&self, host: &HostName, warning: Warning) {
        self.emit(Event::Warning { host: Some(host.clone()), warning });
    }

    /// Counts a change that was made.
    pub fn count_change(&self) {
        self.changes.count.fetch_add(1, Relaxed);
        let mut last = self.changes.last.lock().unwrap_or_else(PoisonError::into_inner);
        *last = Some(Instant::now());
    }

    /// How many changes were made.
    #[must_use]
    pub fn changed(&self) -> usize {
        self.changes.count.load(Relaxed)
    }

    /// How long ago this run made its last change; `None` where it made none.
    #[must_use]
    pub fn since_last_change(&self) -> Option<Duration> {
        let last = self.changes.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.map(|at| at.elapsed())
    }

    /// The number of the next switch.
    pub fn next_switch(&self) -> usize {
        self.switches.fetch_add(1, Relaxed) + 1
    }

    /// From now on nothing new is begun in any set.
    pub fn halt(&self) {
        self.halted.store(true, Relaxed);
    }

    /// Whether another set is in trouble.
    #[must_use]
    pub fn is_halted(&self) -> bool {
        self.halted.load(Relaxed)
    }

    /// The machine of a host for one restart; `None` while a member of another set is restarted there.
    #[must_use]
    pub fn turn(&self, host: &HostName) -> Option<OwnedMutexGuard<()>> {
        let machine = self.node(host)?.machine().name();
        self.turns.get(machine)?.clone().try_lock_owned().ok()
    }

    /// The limits that the plan sets.
    #[must_use]
    pub fn limits(&self) -> Limits {
        let rules = &self.plan.rules;
        Limits { max_lag: rules.max_lag, write_outage: rules.write_outage }
    }

    /// The longest a restarted member is waited for.
    #[must_use]
    pub fn start_timeout(&self, host: &HostName) -> Duration {
        let usual = || self.node(host).map(|node| node.settings().start_timeout);
        self.timeout.or_else(usual).unwrap_or_default()
    }

    /// The longest that any restarted server is waited for.
    #[must_use]
    pub fn longest_start(&self) -> Duration {
        let usual = self.nodes.iter().map(|node| node.settings().start_timeout).max();
        self.timeout.or(usual).unwrap_or_default()
    }

    /// The unit of the server on a host.
    #[must_use]
    pub fn unit(&self, host: &HostName) -> UnitName {
        let unit = self.node(host).map(|node| node.settings().service.clone());
        unit.unwrap_or_else(|| UnitName::new("mongod"))
    }

    /// The configuration file of the server on a host.
    #[must_use]
    pub fn config_file(&self, host: &HostName) -> String {
        self.node(host).map(|node| node.settings().config_file.clone()).unwrap_or_default()
    }

    /// The machines of these hosts, each once.
    #[must_use]
    pub fn machines_of(&self, hosts: &[HostName]) -> Vec<&'a N::Machine> {
        let of = |machine: &&N::Machine| {
            let mut on_it = self.plan.hosts.iter().filter(|host| host.machine == *machine.name());
            on_it.any(|host| hosts.contains(&host.name))
        };
        self.machines.iter().filter(of).collect()
    }

    /// The instance of a host. Hosts come from the plan, so there is one.
    pub fn node(&self, host: &HostName) -> Option<&'a N> {
        self.nodes.iter().find(|node| node.host() == host)
    }

    /// The instance of a member.
    pub fn node_of(&self, member: &MemberName) -> Option<&'a N> {
        self.membership.host(member).and_then(|host| self.node(host))
    }

    /// Begins something on a host: not without a line in the journal.
    pub async fn begin<T>(
        &self,
        host: &HostName,
        act: &'static str,
        detail: impl Into<String>,
        work: impl Future<Output = Result<T, NodeError>>,
    ) -> Result<T, NodeError> {
        let intent = Intent { host: Some(host), act, detail: detail.into() };
        journalled(self.options.journal, Weight::Begins, intent, work).await
    }

    /// Ends something on a host, with a line in the journal where that can be had.
    pub async fn end<T>(
        &self,
        host: &HostName,
        act: &'static str,
        detail: impl Into<String>,
        work: impl Future<Output = Result<T, NodeError>>,
    ) -> Result<T, NodeError> {
        let intent = Intent { host: Some(host), act, detail: detail.into() };
        journalled(self.options.journal, Weight::Ends, intent, work).await
    }

    /// Every host has to be ours before anything is done to one of them.
    pub async fn hold(&self) -> Result<(), Failure> {
        let held = self.nodes.iter().map(|node| async move {
            let held = node.held().await;
            held.map_err(|source| Failure::from(LeaseLost::new(node.host(), source)))
        });
        join_all(held).await.into_iter().collect()
    }

    /// Why one host is not ours any more, as far as that is known at once: waiting for a member that another
    /// run may have in hand would be in vain. What is not known yet is asked for before anything is done, by
    /// [`Instance::held`].
    pub async fn lost(&self, host: &HostName) -> Option<NodeError> {
        let machine = self.node(host)?.machine();
        first_lost([machine].into_iter(), Duration::ZERO).await.map(|(_, error)| error)
    }

    /// A host that is not ours any more, as far as that becomes known in so much time: one that another
    /// run has before one that is away.
    pub async fn lost_any(&self, within: Duration) -> Option<(HostName, NodeError)> {
        first_lost(self.nodes.iter().map(Instance::machine), within).await
    }

    /// A fresh look at every host.
    pub async fn survey(&self) -> Result<Survey, Failure> {
        let all: Vec<&N> = self.nodes.iter().collect();
        survey_of(&all).await
    }
}

/// A fresh look at these instances.
pub(super) async fn survey_of<N: Instance>(nodes: &[&N]) -> Result<Survey, Failure> {
    Survey::take(nodes).await.map_err(|mut errors| {
        let (host, source) = errors.swap_remove(0);
        ObserveError::Host { host, source: source.into() }.into()
    })
}
