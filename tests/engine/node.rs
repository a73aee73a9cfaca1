//! One member of the world behind the trait that the engine knows.

use std::time::Duration;

use tlsplan::{
    cluster::{
        mode::{RuntimeMove, TlsMode},
        topology::OpTime,
    },
    error::{Designed, Exit},
    host::deadman::{Ended, SwitchId, Wish},
    member::{
        error::NodeError,
        node::{
            Arm, FileChange, FileNow, Fresh, Look, Node, Pace, Reading, RunningOperation, UnitNow,
        },
    },
    mongo::database::Client,
    name::{HostName, MemberName},
};

use crate::{
    files,
    world::{self, Shared},
};

pub(crate) struct FakeNode {
    pub(crate) index: usize,
    pub(crate) host: HostName,
    pub(crate) world: Shared,
}

/// A failure of the world, in words.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Said(&'static str);

impl Designed for Said {
    fn exit(&self) -> Exit {
        Exit::Refused
    }
}

fn refused(words: &'static str) -> NodeError {
    NodeError::not_done(Said(words))
}

impl FakeNode {
    fn swap(&self, change: &FileChange) -> Result<(), NodeError> {
        let mut world = self.world.lock();
        let member = &mut world.members[self.index];
        if FileChange::between(&member.file, "").seen != change.seen {
            return Err(refused("changed by someone else"));
        }
        let before = std::mem::replace(&mut member.file, change.text.clone());
        member.kept.push(before);
        member.writes += 1;
        world.check();
        Ok(())
    }
}

impl Node for FakeNode {
    fn host(&self) -> &HostName {
        &self.host
    }

    async fn held(&self) -> Result<(), NodeError> {
        if self.world.lock().faults.lease_lost.contains(&self.index) {
            return Err(refused("another run has it"));
        }
        Ok(())
    }

    async fn look(&self) -> Result<Look, NodeError> {
        let unit = self.unit().await?;
        let text = self.world.lock().members[self.index].file.clone();
        let digest = FileChange::between(&text, "").seen;
        let switch = self.world.lock().switch(self.index);
        let server = self.view(Fresh::Any).await;
        Ok(Look { unit, file: FileNow { text, digest }, switch, server })
    }

    async fn view(&self, _: Fresh) -> Result<Reading, NodeError> {
        tokio::time::sleep(Duration::from_millis(2)).await;
        let view = self.world.lock().view(self.index).ok_or_else(|| refused("refused"))?;
        Ok(Reading { view, client: Client::Driver })
    }

    async fn unit(&self) -> Result<UnitNow, NodeError> {
        tokio::time::sleep(Duration::from_millis(10)).await;
        Ok(self.world.lock().unit(self.index))
    }

    async fn canary(&self, _: &str, _: Pace) -> Result<(), NodeError> {
        tokio::time::sleep(Duration::from_millis(1400)).await;
        if self.world.lock().faults.canary_refuses.contains(&self.index) {
            return Err(refused("the server says no"));
        }
        Ok(())
    }

    async fn replace(&self, change: &FileChange) -> Result<(), NodeError> {
        self.swap(change)
    }

    async fn kept(&self) -> Result<Vec<String>, NodeError> {
        Ok(self.world.lock().members[self.index].kept.iter().rev().cloned().collect())
    }

    async fn restart(&self, change: Option<&FileChange>) -> Result<(), NodeError> {
        if self.world.lock().faults.request_lost.remove(&self.index) {
            return Err(NodeError::unknown(Said("cut before")));
        }
        change.map_or(Ok(()), |change| self.swap(change))?;
        let mut world = self.world.lock();
        if world.faults.restart_refused.contains(&self.index) {
            return Err(refused("systemd says no"));
        }
        world.restart(self.index);
        if world.faults.reply_lost.remove(&self.index) {
            return Err(NodeError::unknown(Said("cut after")));
        }
        Ok(())
    }

    async fn arm(&self, arm: &Arm) -> Result<(), NodeError> {
        tokio::time::sleep(Duration::from_millis(100)).await;
        self.world.lock().arm(self.index, arm);
        Ok(())
    }

    async fn settle(&self, id: &SwitchId, wish: Wish) -> Result<Ended, NodeError> {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let mut world = self.world.lock();
        if wish == Wish::Confirm && world.faults.cannot_confirm.contains(&self.index) {
            return Err(refused("sudo says no"));
        }
        Ok(world.settle(self.index, id, wish))
    }

    async fn reach_by_tls(&self) -> Result<(), NodeError> {
        let world = self.world.lock();
        match world.members[self.index].running {
            TlsMode::Disabled => Err(refused("plaintext only")),
            _ if world.faults.no_tls.contains(&self.index) => Err(refused("no TLS")),
            _ => Ok(()),
        }
    }

    async fn set_mode(&self, mode: TlsMode) -> Result<Client, NodeError> {
        let mut world = self.world.lock();
        let member = &mut world.members[self.index];
        let legal = member.running.runtime_move(mode) == RuntimeMove::Legal;
        assert!(legal, "an illegal state transition was sent: {} to {mode}", member.running);
        assert!(files::mode(&member.file) >= mode, "the running mode moved before the file");
        member.running = mode;
        world.set_parameters += 1;
        world.check();
        Ok(Client::Mongosh)
    }

    async fn step_down(&self) -> Result<(), NodeError> {
        self.world.lock().step_down(self.index);
        Ok(())
    }

    async fn drop_connections(&self, _: &[MemberName]) -> Result<(), NodeError> {
        let mut world = self.world.lock();
        if let Some(other) = world.faults.bystander_dies.take() {
            world.members[other].up_at = None;
        }
        Ok(())
    }

    async fn sync_from(&self, source: &MemberName) -> Result<(), NodeError> {
        let mut world = self.world.lock();
        let source = (0..world.members.len()).find(|&index| &world::name(index) == source);
        world.members[self.index].source = source.unwrap();
        Ok(())
    }

    async fn mark(&self) -> Result<OpTime, NodeError> {
        let mut world = self.world.lock();
        world.optime += 1;
        Ok(OpTime { term: world.term, seconds: world.optime, increment: 0 })
    }

    async fn client_operations(&self) -> Result<Vec<RunningOperation>, NodeError> {
        Ok(Vec::new())
    }

    async fn set_stop_sleep(&self, _: Duration) -> Result<Option<Duration>, NodeError> {
        Ok(Some(Duration::from_secs(15)))
    }

    async fn mark_log(&self) {}

    async fn log_since_mark(&self) -> Vec<String> {
        vec!["TLS says no".to_owned()]
    }

    fn warm_up(&self) {}
}
