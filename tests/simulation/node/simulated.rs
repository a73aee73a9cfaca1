//! The traits of an instance over the model: each question becomes one act.

use std::{sync::Arc, time::Duration};

use tlsplan::{
    cluster::{
        certificate::{Access, Key, PemFile, Unread},
        clients::{ClientReading, LogPlace},
        clock::Skew,
        config::VerifyMode,
        mode::TlsMode,
        peers::ClusterPeers,
        topology::OpTime,
    },
    error::{Cause, node_error::NodeError},
    event::{DatabaseClient, Evidence, Modes, Probe},
    host::{
        deadman::{RevertOutcome, SettleAction, SettleReport, SwitchId},
        digest::Digest,
    },
    instance::{
        Instance, Member, Server, Service,
        look::{
            Arm, FileChange, FileNow, Fresh, Identity, Look, Pace, Reading, Rehearsal,
            RunningOperation, UnitNow,
        },
    },
    name::{HostName, MemberName},
    plan::model::InstanceSettings,
};

use super::{
    act::{Act, Answer},
    errors::{Wrong, error},
};
use crate::{
    fault_plan::FaultPlan,
    model::{self, SessionId, Shared},
};

/// How long `replSetStepDown` waits for an heir.
const CATCH_UP: Duration = Duration::from_secs(10);

pub(crate) struct SimulatedNode {
    pub(crate) index: usize,
    pub(crate) host: HostName,
    pub(crate) world: Shared,
    pub(crate) session: SessionId,
    pub(crate) fault_plan: Arc<FaultPlan>,
    pub(crate) settings: InstanceSettings,
}

impl SimulatedNode {
    pub(super) async fn ask(&self, act: Act) -> Result<Answer, NodeError> {
        let answer = self.call(act.clone()).await;
        answer.map_err(|wrong| error(&self.host, &act, wrong))
    }

    pub(super) async fn send(&self, act: Act) -> Result<(), NodeError> {
        self.ask(act).await.map(drop)
    }

    pub(super) fn strange(&self, act: &Act) -> NodeError {
        error(&self.host, act, Wrong::Garbled)
    }
}

impl Instance for SimulatedNode {
    type Machine = Self;

    fn machine(&self) -> &Self {
        self
    }

    async fn look(&self) -> Result<Look, NodeError> {
        let (unit, server) = tokio::join!(biased; self.ask(Act::Look), self.view(Fresh::Any));
        let Answer::Unit(unit) = unit? else { return Err(self.strange(&Act::Look)) };
        let world = self.world.lock();
        let text = world.hosts[self.index].file.clone();
        let (digest, switch) = (Digest::from_content(text.as_bytes()), world.switch(self.index));
        Ok(Look { unit, file: FileNow { text, digest }, switch, server })
    }
}

impl Service for SimulatedNode {
    fn host(&self) -> &HostName {
        &self.host
    }

    async fn unit(&self) -> Result<UnitNow, NodeError> {
        match self.ask(Act::Unit).await? {
            Answer::Unit(unit) => Ok(unit),
            _ => Err(self.strange(&Act::Unit)),
        }
    }

    /// The files of the model name no certificates: only the clocks can be wrong.
    async fn identity(&self, paths: &[String]) -> Result<Identity, NodeError> {
        self.send(Act::Identity).await?;
        let file = |path: &String| PemFile {
            path: path.clone(),
            access: Access::Missing,
            certificates: Err(Unread::None),
            key: Key::Missing,
        };
        let ahead = self.world.lock().hosts[self.index].faults.clock;
        let skew = Skew { ahead, unsure: 0 };
        Ok(Identity { clock: ahead / 1000, skew, files: paths.iter().map(file).collect() })
    }

    async fn canary(&self, text: &str, _: Pace) -> Result<(), NodeError> {
        self.send(Act::Canary(text.to_owned())).await
    }

    async fn replace(&self, change: &FileChange) -> Result<(), NodeError> {
        self.send(Act::Replace(change.clone())).await
    }

    async fn kept(&self) -> Result<Vec<String>, NodeError> {
        match self.ask(Act::Kept).await? {
            Answer::Files(kept) => Ok(kept),
            _ => Err(self.strange(&Act::Kept)),
        }
    }

    async fn restart(&self, change: Option<&FileChange>) -> Result<(), NodeError> {
        self.send(Act::Restart(change.cloned())).await
    }

    async fn arm(&self, arm: &Arm) -> Result<(), NodeError> {
        self.send(Act::Arm(arm.clone())).await
    }

    async fn settle(&self, id: &SwitchId, action: SettleAction) -> Result<SettleReport, NodeError> {
        match self.ask(Act::Settle(id.clone(), action)).await? {
            Answer::SettleReport(ended) => Ok(ended),
            _ => Ok(SettleReport { outcome: RevertOutcome::Gone, reason: String::new() }),
        }
    }

    async fn mark_log(&self) {}

    async fn log_since_mark(&self) -> Vec<String> {
        vec!["TLS says no".to_owned()]
    }

    fn settings(&self) -> &InstanceSettings {
        &self.settings
    }

    async fn original_file(&self) -> Result<String, NodeError> {
        self.send(Act::Kept).await?;
        let world = self.world.lock();
        let host = &world.hosts[self.index];
        Ok(host.kept.first().unwrap_or(&host.file).clone())
    }

    async fn certificate(&self) -> Option<Vec<u8>> {
        None
    }
}

impl Server for SimulatedNode {
    async fn view(&self, _: Fresh) -> Result<Reading, NodeError> {
        match self.ask(Act::View).await? {
            Answer::View(view) => Ok(Reading { view, client: DatabaseClient::Driver }),
            _ => Err(self.strange(&Act::View)),
        }
    }

    async fn cluster_peers(&self) -> Result<ClusterPeers, NodeError> {
        Ok(self.world.lock().hosts[self.index].cluster_peers.clone())
    }

    async fn reach_by_tls(&self) -> Result<(), NodeError> {
        self.send(Act::ReachByTls).await
    }

    async fn set_mode(&self, mode: TlsMode) -> Result<DatabaseClient, NodeError> {
        self.send(Act::SetMode(mode)).await.map(|()| DatabaseClient::Mongosh)
    }

    async fn drop_connections(&self, to: &[MemberName]) -> Result<(), NodeError> {
        let peers = to.iter().filter_map(model::index).collect();
        self.send(Act::Drop(peers)).await
    }

    async fn client_operations(&self) -> Result<Vec<RunningOperation>, NodeError> {
        self.send(Act::Operations).await.map(|()| Vec::new())
    }

    async fn clients(&self, _: &LogPlace) -> Result<ClientReading, NodeError> {
        let Answer::View(_) = self.ask(Act::View).await? else {
            return Err(self.strange(&Act::View));
        };
        let world = self.world.lock();
        let mode = world.hosts[self.index].running();
        let mode = mode.ok_or_else(|| self.strange(&Act::View))?;
        let set = &world.sets[world.hosts[self.index].set];
        Ok(set.audience.read(world.now, mode))
    }

    async fn set_stop_sleep(&self, sleep: Duration) -> Result<Option<Duration>, NodeError> {
        match self.ask(Act::StopSleep(sleep)).await? {
            Answer::Sleep(before) => Ok(Some(before)),
            _ => Ok(None),
        }
    }

    fn warm_up(&self) {}

    async fn check_bindings(&self) -> Vec<Cause> {
        self.send(Act::Look).await.err().map(Cause::new).into_iter().collect()
    }

    async fn evidence(&self) -> Result<Evidence, NodeError> {
        let view = self.view(Fresh::Any).await?.view;
        let file = self.world.lock().hosts[self.index].file_mode();
        let refused = || Probe::Refused("it says no".to_owned());
        Ok(Evidence {
            host: self.host.clone(),
            member: view.status.me.clone(),
            state: view.status.own().map(|own| own.state),
            version: view.version.to_string(),
            mode: Modes { running: view.mode, started_with: None, file },
            certificate: None,
            tls: if view.mode.takes_tls() { Probe::Accepted } else { refused() },
            plaintext: if view.mode.takes_plaintext() { Probe::Accepted } else { refused() },
        })
    }
}

impl Member for SimulatedNode {
    async fn rehearse(&self, members: &[MemberName]) -> Result<Rehearsal, NodeError> {
        let act = Act::Rehearse(members.iter().filter_map(model::index).collect());
        match self.ask(act.clone()).await? {
            Answer::Attempts(attempts) => {
                Ok(Rehearsal::Tried { attempts, verify_mode: VerifyMode::Full })
            }
            _ => Err(self.strange(&act)),
        }
    }

    async fn step_down(&self) -> Result<(), NodeError> {
        let asked = tokio::time::Instant::now();
        loop {
            let answer = self.call(Act::StepDown).await;
            let nobody = Wrong::Server("No electable secondaries caught up");
            let waits = matches!(&answer, Err(wrong) if *wrong == nobody);
            if !waits || asked.elapsed() >= CATCH_UP {
                return answer.map(drop).map_err(|wrong| error(&self.host, &Act::StepDown, wrong));
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    async fn sync_from(&self, source: &MemberName) -> Result<(), NodeError> {
        match model::index(source) {
            Some(source) => self.send(Act::SyncFrom(source)).await,
            None => Ok(()),
        }
    }

    async fn mark(&self) -> Result<OpTime, NodeError> {
        match self.ask(Act::Mark).await? {
            Answer::Place(place) => Ok(place),
            _ => Err(self.strange(&Act::Mark)),
        }
    }
}
