//! Whose the host is: taken before anything is judged, asked for before each act.

use super::{inner::Inner, node::LiveNode};
use crate::{
    error::node_error::NodeError,
    host::lease::{LeaseError, Owner},
};

impl LiveNode {
    /// What hosts are sorted by before their leases are taken, so that two runs meet at the first.
    #[must_use]
    pub fn machine(&self) -> &str {
        &self.0.machine
    }

    /// Takes the host for this run; without that nothing is changed on it.
    pub async fn lease(&self, owner: &Owner) -> Result<(), LeaseError> {
        let lease = self.0.between("lease", self.0.host.lease(owner)).await?;
        let _ = self.0.lease.set(lease);
        Ok(())
    }

    /// Gives the host back.
    pub async fn release(&self) {
        if let Some(lease) = self.0.lease.get() {
            self.0.between("release", lease.release()).await;
        }
    }

    /// Who works on the host now, in its own words.
    pub async fn owner(&self) -> Option<String> {
        self.0.host.owner().await.ok().flatten().map(|holder| holder.words)
    }
}

impl Inner {
    /// Whether this run holds the host now.
    pub(super) async fn may_act(&self) -> Result<(), NodeError> {
        let held = match self.lease.get() {
            Some(lease) => lease.held().await,
            None => Err(LeaseError::NotTaken { host: self.host.name().clone() }),
        };
        held.map_err(NodeError::not_done)
    }
}
