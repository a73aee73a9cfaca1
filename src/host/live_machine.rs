//! The machine that ships: scripts as root over a transport, and one lease however many servers it has.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use super::{
    Host,
    call::Call,
    call_error::CallError,
    fields::Fields,
    lease::{Lease, LeaseError, Owner},
    machine::{Answer, CommandEnd, Machine, QuestionEntry, QuestionRecord},
    script,
};
use crate::{error::node_error::NodeError, failpoint, name::HostName, sanitise::sanitise_line};

/// What a call may take beside the program that it runs.
const CALL: Duration = Duration::from_secs(15);

/// A machine for real. Cheap to clone.
#[derive(Clone)]
pub struct LiveMachine(Arc<State>);

struct State {
    host: Arc<Host>,
    id: OnceLock<String>,
    lease: OnceLock<Arc<Lease>>,
}

impl LiveMachine {
    /// A machine behind a host that root was not had on yet.
    #[must_use]
    pub fn new(host: Host) -> Self {
        Self(Arc::new(State { host: Arc::new(host), id: OnceLock::new(), lease: OnceLock::new() }))
    }

    /// The way to run scripts there.
    #[must_use]
    pub fn host(&self) -> &Arc<Host> {
        &self.0.host
    }

    /// Sets the machine's id, where something else has read it already.
    pub fn know_id(&self, id: &str) {
        self.0.id.get_or_init(|| id.to_owned());
    }

    /// Reads the machine's id. Fails where root cannot be had.
    pub async fn learn_id(&self) -> Result<(), CallError> {
        let call = Call::new(&script::MACHINE, "reading the id of the machine");
        let fields = self.0.host.run(&call).await?.fields();
        self.know_id(fields.text("machine").unwrap_or_default());
        Ok(())
    }

    async fn asked(&self, wish: &str, key: &str, who: &str) -> Result<Fields, CallError> {
        let host = &self.0.host;
        let call = Call::new(&script::QUESTION, "asking for what was answered");
        let call = call.arg(host.state_dir()).arg(wish).arg(key).arg(who);
        let call = if wish == "read" { call } else { host.fenced(call) };
        Ok(host.run(&call).await?.fields())
    }
}

impl Machine for LiveMachine {
    fn name(&self) -> &HostName {
        self.0.host.name()
    }

    fn id(&self) -> String {
        self.0.id.get().cloned().unwrap_or_default()
    }

    fn share_lease(&self, other: &Self, owner: &Owner) {
        if let Some(lease) = other.0.lease.get() {
            self.0.host.set_fencing_token(&owner.run);
            let _ = self.0.lease.set(Arc::clone(lease));
        }
    }

    async fn take(&self, owner: &Owner) -> Result<(), LeaseError> {
        if self.0.lease.get().is_some() {
            return Ok(());
        }
        let name = self.name().as_str();
        failpoint::point(name, "lease.before");
        let lease = self.0.host.lease(owner).await;
        failpoint::point(name, "lease.after");
        let _ = self.0.lease.set(Arc::new(lease?));
        Ok(())
    }

    async fn release(&self) {
        if let Some(lease) = self.0.lease.get() {
            let name = self.name().as_str();
            failpoint::point(name, "release.before");
            lease.release().await;
            failpoint::point(name, "release.after");
        }
    }

    async fn owner(&self) -> Option<String> {
        self.0.host.owner().await.ok().flatten().map(|holder| holder.words)
    }

    async fn held(&self) -> Result<(), NodeError> {
        let held = match self.0.lease.get() {
            Some(lease) => lease.held().await,
            None => Err(LeaseError::NotTaken { host: self.name().clone() }),
        };
        held.map_err(NodeError::not_done)
    }

    async fn try_command(
        &self,
        argv: &[String],
        deadline: Duration,
    ) -> Result<CommandEnd, NodeError> {
        let program = argv.first().map(String::as_str).unwrap_or_default();
        let call = Call::new(&script::COMMAND, format!("running `{program}`"));
        let call = call.arg(deadline.as_secs().max(1).to_string()).deadline(deadline + CALL);
        let call = argv.iter().fold(call, Call::arg);
        let fields = self.0.host.run(&call).await.map_err(NodeError::unknown)?.fields();
        let status = fields.text("status").and_then(|status| status.parse().ok());
        Ok(CommandEnd {
            status: status.unwrap_or(u32::MAX),
            last_line: sanitise_line(fields.block("last").unwrap_or_default().trim_ascii()),
        })
    }

    async fn dial(&self, address: &str, port: u16) -> Result<(), NodeError> {
        let host = &self.0.host;
        let dialled = host.transport().dial(address, port).await;
        let failed = |source| NodeError::not_done(host.not_reached("connecting to a port", source));
        dialled.map(drop).map_err(failed)
    }

    async fn question(&self, key: &str) -> Result<QuestionRecord, NodeError> {
        let fields = self.asked("read", key, "").await.map_err(NodeError::not_done)?;
        let opened = fields.text("open").and_then(|line| line.trim().parse().ok());
        let answer = fields.text("yes").and_then(|line| {
            let (at, who) = line.split_once(' ')?;
            Some(Answer { who: sanitise_line(who.as_bytes()), at: at.parse().ok()? })
        });
        Ok(QuestionRecord { opened, answer })
    }

    async fn record(&self, key: &str, entry: QuestionEntry) -> Result<(), NodeError> {
        self.held().await?;
        let (wish, who) = match &entry {
            QuestionEntry::Open => ("open", ""),
            QuestionEntry::Yes { who } => ("yes", who.as_str()),
        };
        self.asked(wish, key, who).await.map(drop).map_err(NodeError::unknown)
    }

    async fn forget_questions(&self) -> Result<(), NodeError> {
        self.held().await?;
        self.asked("forget", "none", "").await.map(drop).map_err(NodeError::unknown)
    }
}
