//! The machine under a simulated instance: its lease, its ports, and what it has on record.

use std::time::Duration;

use tlsplan::{
    error::node_error::NodeError,
    host::{
        lease::{LeaseError, Owner},
        machine::{CommandEnd, Machine, QuestionEntry, QuestionRecord},
    },
    name::HostName,
};

use super::{
    act::{Act, Answer},
    errors::{Wrong, error},
    simulated::SimulatedNode,
};

impl Machine for SimulatedNode {
    fn name(&self) -> &HostName {
        &self.host
    }

    fn id(&self) -> String {
        self.host.to_string()
    }

    fn share_lease(&self, _: &Self, _: &Owner) {}

    async fn take(&self, _: &Owner) -> Result<(), LeaseError> {
        let taken = self.world.lock().take(self.session, self.index);
        taken.map_err(|_| LeaseError::NotTaken { host: self.host.clone() })
    }

    async fn release(&self) {}

    async fn owner(&self) -> Option<String> {
        self.world.lock().hosts[self.index].lease.as_ref().map(|lease| lease.run.clone())
    }

    async fn held(&self) -> Result<(), NodeError> {
        self.may_act().await.map_err(|lost| error(&self.host, &Act::Look, Wrong::NotHeld(lost)))
    }

    async fn try_command(&self, _: &[String], _: Duration) -> Result<CommandEnd, NodeError> {
        match self.ask(Act::Command).await? {
            Answer::Status(status) => Ok(CommandEnd { status, last_line: String::new() }),
            _ => Err(self.strange(&Act::Command)),
        }
    }

    async fn dial(&self, _: &str, _: u16) -> Result<(), NodeError> {
        self.send(Act::Dial).await
    }

    async fn question(&self, key: &str) -> Result<QuestionRecord, NodeError> {
        let act = Act::Question(key.to_owned());
        match self.ask(act.clone()).await? {
            Answer::Question(record) => Ok(record),
            _ => Err(self.strange(&act)),
        }
    }

    async fn record(&self, key: &str, entry: QuestionEntry) -> Result<(), NodeError> {
        self.send(Act::Record(key.to_owned(), entry)).await
    }

    async fn forget_questions(&self) -> Result<(), NodeError> {
        self.send(Act::Forget).await
    }
}
