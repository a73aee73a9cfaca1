//! What a run carries from step to step.

use std::{
    collections::{BTreeMap, BTreeSet},
    future::Future,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use futures_util::future::join_all;
use tokio::time::timeout;

use super::{
    failure::{Begun, Failure},
    survey::Survey,
    tls_mode::{
        armed::Armed,
        config_files::{ConfigFiles, Previous},
        goal::Proofs,
    },
};
use crate::{
    cluster::{health::Limits, roster::Roster},
    engine::{
        journal::Intent,
        journaled::{Weight, journalled},
        orders::Orders,
    },
    error::{Designed, Exit, node_error::NodeError},
    event::{Event, Sink},
    host::unit::Incarnation,
    instance::node::Node,
    name::{HostName, MemberName},
    plan::Plan,
};

/// A run: the plan, its hands, and what has been done so far.
pub struct Run<'a, N> {
    /// The plan.
    pub plan: &'a Plan,
    /// One node per host of the plan, in its order.
    pub nodes: &'a [N],
    /// The wanted files.
    pub files: &'a dyn ConfigFiles,
    /// Where events go.
    pub events: &'a dyn Sink,
    /// Where, until when, and not any more.
    pub orders: Orders<'a>,
    /// Which host runs which member.
    pub roster: Roster,
    /// What has been proved of the members.
    pub proofs: Proofs,
    /// Files that a canary has started on a host, by host and text.
    pub canaries: BTreeSet<(HostName, String)>,
    /// What each file held before this run replaced it: the way back.
    pub previous: BTreeMap<HostName, Previous>,
    /// The lives in which members were proved after a restart: another one later is a crash.
    pub lives: BTreeMap<HostName, Incarnation>,
    /// The hosts whose members have tried to reach their peers by TLS.
    pub rehearsed: BTreeSet<HostName>,
    /// The hosts that were reached by TLS before plaintext was switched off.
    pub by_tls: BTreeSet<HostName>,
    /// The host that helps itself if this run does not confirm it: at most one.
    pub armed: Option<Armed>,
    /// How many hosts have been armed: each switch has a name of its own.
    pub switches: usize,
    /// The deadline of the step in hand, where the plan gives it one.
    pub timeout: Option<Duration>,
    /// Requests whose outcome was not known and that had not been carried out.
    pub unsent: usize,
    /// How many changes were made.
    pub changed: usize,
    /// The last thing said of each host, so that a wait is told once and not at every look.
    pub said: Mutex<BTreeMap<HostName, String>>,
}

impl<'a, N: Node> Run<'a, N> {
    /// Emits an event.
    pub fn emit(&self, event: Event) {
        self.events.emit(event);
    }

    /// Shows what is being done on a host.
    pub fn working(&self, host: &HostName, doing: impl Into<String>) {
        let doing = doing.into();
        if self.is_news(host, &doing) {
            self.emit(Event::Working { host: host.clone(), doing });
        }
    }

    /// Shows what was seen last while something is waited for.
    pub fn seen(&self, host: &HostName, what: impl Into<String>) {
        let what = what.into();
        if self.is_news(host, &what) {
            self.emit(Event::Seen { host: host.clone(), what });
        }
    }

    fn is_news(&self, host: &HostName, words: &str) -> bool {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        said.insert(host.clone(), words.to_owned()).as_deref() != Some(words)
    }

    /// Tells of something that does not stop the run.
    pub fn warn_of(&self, host: &HostName, text: impl Into<String>) {
        self.emit(Event::Warning { host: Some(host.clone()), text: text.into() });
    }

    /// Whether anything was changed yet, and whether all of that is proved.
    #[must_use]
    pub fn begun(&self) -> Begun {
        match (self.changed, self.proofs.owed().is_empty()) {
            (0, _) => Begun::No,
            (_, true) => Begun::Yes,
            (_, false) => Begun::Unproved,
        }
    }

    /// The limits that the plan sets.
    #[must_use]
    pub fn limits(&self) -> Limits {
        let mongodb = &self.plan.mongodb;
        Limits { max_lag: mongodb.max_lag, write_outage: mongodb.write_outage }
    }

    /// The longest a restarted member is waited for.
    #[must_use]
    pub fn start_timeout(&self) -> Duration {
        self.timeout.unwrap_or(self.plan.mongodb.start_timeout)
    }

    /// An act whose outcome nobody knows; where the host is armed, it will know it by then.
    #[must_use]
    pub fn unknown(&self, host: &HostName, doing: &'static str, source: NodeError) -> Failure {
        let armed = self.armed.as_ref().filter(|armed| &armed.host == host);
        let heals = armed.map(Armed::left);
        Failure::Unknown { host: host.clone(), doing, heals, source }
    }

    /// The node of a host. Hosts come from the plan, so there is one.
    pub fn node(&self, host: &HostName) -> Option<&'a N> {
        self.nodes.iter().find(|node| node.host() == host)
    }

    /// The node of a member.
    pub fn node_of(&self, member: &MemberName) -> Option<&'a N> {
        self.roster.host(member).and_then(|host| self.node(host))
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
        journalled(self.orders.journal, Weight::Begins, intent, work).await
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
        journalled(self.orders.journal, Weight::Ends, intent, work).await
    }

    /// Every host has to be ours before anything is done to one of them.
    pub async fn hold(&self) -> Result<(), Failure> {
        let held = self.nodes.iter().map(|node| async move {
            let outcome = node.held().await;
            outcome.map_err(|source| Failure::lost(node.host(), self.begun(), source))
        });
        join_all(held).await.into_iter().collect()
    }

    /// Why one host is not ours any more, as far as that is known at once: whoever waits for a member
    /// that somebody else may have in hand waits in vain. What is not known yet is asked for before
    /// anything is done, by [`Node::held`].
    pub async fn lost(&self, host: &HostName) -> Option<NodeError> {
        let node = self.node(host)?;
        timeout(Duration::ZERO, node.held()).await.ok()?.err()
    }

    /// A host that is not ours any more, as far as that becomes known in so much time: one that another
    /// run has before one that is away.
    pub async fn lost_any(&self, within: Duration) -> Option<(HostName, NodeError)> {
        let held = self.nodes.iter().map(|node| async move {
            let error = timeout(within, node.held()).await.ok()?.err()?;
            Some((node.host().clone(), error))
        });
        let mut lost: Vec<_> = join_all(held).await.into_iter().flatten().collect();
        let theirs = lost.iter().position(|(_, error)| error.exit() == Exit::Locked);
        (!lost.is_empty()).then(|| lost.swap_remove(theirs.unwrap_or(0)))
    }

    /// A fresh look at every host.
    pub async fn survey(&self) -> Result<Survey, Failure> {
        Survey::take(self.nodes).await.map_err(|mut errors| {
            let (host, source) = errors.swap_remove(0);
            Failure::Look { host, begun: self.begun(), source }
        })
    }
}
