//! The machine under a simulated instance: its lease, its ports, and what it has on record.

use std::time::Duration;

use tlsplan::{
    error::node_error::NodeError,
    host::{
        lease::{LeaseError, Owner},
        machine::{Answer, CommandEnd, Machine, QuestionEntry, QuestionRecord},
    },
    name::HostName,
};

use super::{
    act::Act,
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
        self.tell(Act::Unit).await?;
        let status = self.world.lock().hosts[self.index].command_status;
        Ok(CommandEnd { status, last_line: String::new() })
    }

    async fn dial(&self, _: &str, _: u16) -> Result<(), NodeError> {
        self.tell(Act::View).await
    }

    async fn question(&self, key: &str) -> Result<QuestionRecord, NodeError> {
        self.tell(Act::Unit).await?;
        Ok(self.world.lock().hosts[self.index].questions.get(key).cloned().unwrap_or_default())
    }

    async fn record(&self, key: &str, entry: QuestionEntry) -> Result<(), NodeError> {
        self.tell(Act::Record).await?;
        let mut world = self.world.lock();
        let at = i64::try_from(world.now.as_secs()).unwrap();
        let record = world.hosts[self.index].questions.entry(key.to_owned()).or_default();
        match entry {
            QuestionEntry::Open => *record = QuestionRecord { opened: Some(at), answer: None },
            QuestionEntry::Yes { who } => record.answer = Some(Answer { who, at }),
        }
        Ok(())
    }

    async fn forget_questions(&self) -> Result<(), NodeError> {
        self.tell(Act::Record).await?;
        self.world.lock().hosts[self.index].questions.clear();
        Ok(())
    }
}
