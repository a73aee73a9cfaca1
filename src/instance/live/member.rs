//! A live member of a replica set.

use std::time::Duration;

use super::live_instance::LiveInstance;
use crate::{
    client::replication_commands::{append_note, step_down, sync_from},
    cluster::topology::OpTime,
    error::node_error::NodeError,
    instance::{Member, look::Rehearsal, peer_tls_check::PeerTlsCheckError},
    name::MemberName,
};

/// How long a former primary stays out of elections: longer than its restart, shorter than a night.
const TERM_OFF: Duration = Duration::from_secs(60);
/// How long the step-down waits for a secondary that has everything.
const CATCH_UP: Duration = Duration::from_secs(10);

impl Member for LiveInstance {
    async fn rehearse(&self, members: &[MemberName]) -> Result<Rehearsal, NodeError> {
        let outgoing = self.0.known.lock().outgoing.clone();
        match self.0.host.peer_tls_check(&self.0.service, &outgoing, members).await {
            Ok(attempts) => Ok(Rehearsal::Tried { attempts, verify_mode: outgoing.verify_mode }),
            Err(PeerTlsCheckError::Unable(why)) => Ok(Rehearsal::Unable(why)),
            Err(PeerTlsCheckError::Call(error)) => Err(NodeError::not_done(error)),
        }
    }

    async fn step_down(&self) -> Result<(), NodeError> {
        let doing = "replSetStepDown";
        let database = self.0.acting(doing).await?;
        let asked = self.0.between("step_down", step_down(&*database, TERM_OFF, CATCH_UP)).await;
        asked.map_err(self.0.failed(doing))
    }

    async fn sync_from(&self, source: &MemberName) -> Result<(), NodeError> {
        let doing = "replSetSyncFrom";
        let database = self.0.acting(doing).await?;
        sync_from(&*database, source).await.map_err(self.0.failed(doing))
    }

    async fn mark(&self) -> Result<OpTime, NodeError> {
        let doing = "appendOplogNote";
        let database = self.0.acting(doing).await?;
        append_note(&*database).await.map_err(self.0.failed(doing))
    }
}
