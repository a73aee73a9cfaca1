//! One mongosh kept open on a host, shared by all connections to the members there.
//!
//! Starting it costs more than a second, so [`Agent::start`] returns at once and the first request
//! waits. Requests are answered in any order; a late answer is dropped. Credentials go over its
//! standard input and nowhere else. When the last owner drops it, its input ends, and with it the
//! process and its private home directory.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use serde::Serialize;
use tokio::{
    sync::{mpsc, oneshot, watch},
    time::timeout,
};

use super::{
    database::DatabaseError,
    output_reader::OutputReader,
    reply_timeout::ReplyTimeout,
    shell_exit::ShellExit,
    wire::{self, AgentReply},
};
use crate::host::{interactive::InteractiveHost, transport::Process};

/// The script that a host has to run as root; its arguments are the user and [`AGENT`].
pub const SCRIPT: &str = include_str!("agent/agent.sh");

/// What mongosh runs. It holds no secret and may be seen among the arguments of the process.
pub const AGENT: &str = include_str!("agent/agent.js");

/// How long mongosh may take to start.
const STARTUP: Duration = Duration::from_secs(30);

/// A running mongosh.
pub struct Agent {
    input: mpsc::Sender<Vec<u8>>,
    state: watch::Receiver<State>,
    pending: Arc<PendingRequests>,
    next: AtomicU64,
    stalled: AtomicBool,
}

/// Where the agent is in its life.
#[derive(Clone, Debug)]
pub(super) enum State {
    /// Started, not heard of yet.
    Starting,
    /// Takes requests.
    Ready,
    /// Over.
    Ended(ShellExit),
}

/// Requests that wait for an answer, by number.
#[derive(Default)]
pub(super) struct PendingRequests(Mutex<HashMap<u64, oneshot::Sender<AgentReply>>>);

impl PendingRequests {
    fn lock(&self) -> MutexGuard<'_, HashMap<u64, oneshot::Sender<AgentReply>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands an answer over; one that is no longer waited for is dropped.
    pub(super) fn deliver(&self, reply: AgentReply) {
        let pending = reply.id.and_then(|id| self.lock().remove(&id));
        if let Some(pending) = pending {
            pending.send(reply).ok();
        }
    }

    /// Drops all pending requests.
    pub(super) fn abandon(&self) {
        self.lock().clear();
    }
}

/// A registered request, removed when dropped.
struct PendingRequest<'a> {
    pending: &'a PendingRequests,
    id: u64,
}

impl Drop for PendingRequest<'_> {
    fn drop(&mut self) {
        self.pending.lock().remove(&self.id);
    }
}

impl Agent {
    /// Starts mongosh as `user`, the one who may read the member's key.
    pub async fn start(host: &dyn InteractiveHost, user: &str) -> Result<Arc<Self>, DatabaseError> {
        let started = host.start_interactive("starting mongosh", SCRIPT, [user, AGENT]).await;
        started.map(Self::attach).map_err(DatabaseError::NoReply)
    }

    /// Speaks to an agent that has been started.
    #[must_use]
    pub fn attach(process: Process) -> Arc<Self> {
        let pending = Arc::<PendingRequests>::default();
        let (announce, state) = watch::channel(State::Starting);
        let listener = OutputReader::new(process.output, announce, Arc::clone(&pending));
        tokio::spawn(listener.run());
        Arc::new(Self {
            input: process.stdin,
            state,
            pending,
            next: AtomicU64::new(1),
            stalled: AtomicBool::new(false),
        })
    }

    /// A number that was not given before.
    pub(super) fn number(&self) -> u64 {
        self.next.fetch_add(1, Relaxed)
    }

    /// Whether the process has ended, or has not even said in time that it has no answer.
    pub(super) fn is_over(&self) -> bool {
        self.stalled.load(Relaxed) || matches!(&*self.state.borrow(), State::Ended(_))
    }

    /// Waits until the agent takes requests.
    pub(super) async fn ready(&self) -> Result<(), DatabaseError> {
        let mut state = self.state.clone();
        let begun = state.wait_for(|state| !matches!(state, State::Starting));
        match timeout(STARTUP, begun).await.map(|begun| begun.map(|state| state.clone())) {
            Ok(Ok(State::Ready | State::Starting)) => Ok(()),
            Ok(Ok(State::Ended(ended))) => Err(ended.into()),
            Ok(Err(_)) => Err(ShellExit::lost().into()),
            Err(_) => {
                self.stalled.store(true, Relaxed);
                Err(DatabaseError::Client(ReplyTimeout(STARTUP).into()))
            }
        }
    }

    /// Sends a request and waits for its answer.
    pub(super) async fn ask(
        &self,
        id: u64,
        request: &impl Serialize,
        limit: Duration,
    ) -> Result<AgentReply, DatabaseError> {
        let line = wire::line(request)?;
        let (sender, answer) = oneshot::channel();
        self.pending.lock().insert(id, sender);
        let _pending = PendingRequest { pending: &self.pending, id };
        let exchange = async {
            self.input.send(line).await.ok()?;
            answer.await.ok()
        };
        match timeout(limit, exchange).await {
            Ok(Some(reply)) => Ok(reply),
            Ok(None) => Err(self.over()),
            Err(_) => {
                self.stalled.store(true, Relaxed);
                Err(DatabaseError::NoReply(ReplyTimeout(limit).into()))
            }
        }
    }

    /// Sends what has no answer, unless the agent is busy or gone.
    pub(super) fn tell(&self, request: &impl Serialize) {
        if let Ok(line) = wire::line(request) {
            self.input.try_send(line).ok();
        }
    }

    /// Why an answer that was waited for does not come.
    fn over(&self) -> DatabaseError {
        match &*self.state.borrow() {
            State::Ended(ended) => ended.clone().into(),
            State::Starting | State::Ready => ShellExit::lost().into(),
        }
    }
}

#[cfg(test)]
#[path = "agent_tests.rs"]
mod tests;
