//! A live server: one database command each.

use std::time::Duration;

use super::{fault, live_instance::LiveInstance};
use crate::{
    client::{
        cluster_peers::cluster_peers,
        connector::Freshness,
        current_op::client_operations,
        parameters::{set_shutdown_sleep, set_tls_mode, shutdown_sleep},
        replication_commands::drop_connections,
        route::Purpose,
    },
    cluster::{
        clients::{ClientReading, LogPlace},
        mode::{OptionNames, TlsMode},
        peers::ClusterPeers,
    },
    error::{Cause, node_error::NodeError},
    event::{DatabaseClient, Evidence},
    instance::{
        Server,
        look::{Fresh, Reading, RunningOperation},
    },
    name::MemberName,
};

impl Server for LiveInstance {
    async fn view(&self, fresh: Fresh) -> Result<Reading, NodeError> {
        self.0.read(fresh).await
    }

    async fn cluster_peers(&self) -> Result<ClusterPeers, NodeError> {
        let doing = "asking for the rest of its cluster";
        let fail = |error| fault::of_read(self.0.host.name(), doing, error);
        let database = self.0.database(Freshness::Any).await.map_err(fail)?;
        cluster_peers(&*database).await.map_err(fail)
    }

    async fn reach_by_tls(&self) -> Result<(), NodeError> {
        let (place, names) = self.0.place();
        let reached = self.0.servers.by_tls(&place, &names).await;
        reached.map_err(|error| fault::of_read(self.0.host.name(), "connecting by TLS", error))
    }

    async fn set_mode(&self, mode: TlsMode) -> Result<DatabaseClient, NodeError> {
        let inner = &*self.0;
        let (place, names) = inner.place();
        let shell = inner.servers.database(&place, &names, Purpose::Change, Freshness::Any).await;
        let shell =
            shell.map_err(|error| fault::of_read(inner.host.name(), "reaching mongosh", error))?;
        inner.may_act().await?;
        let set = inner.between("set_mode", set_tls_mode(&*shell, mode, OptionNames::Tls)).await;
        set.map_err(inner.failed("setParameter tlsMode"))?;
        inner.known.lock().mode = Some(mode);
        Ok(shell.client())
    }

    async fn drop_connections(&self, to: &[MemberName]) -> Result<(), NodeError> {
        let doing = "dropConnections";
        let database = self.0.acting(doing).await?;
        let dropped = self.0.between("drop_connections", drop_connections(&*database, to)).await;
        dropped.map_err(self.0.failed(doing))
    }

    async fn client_operations(&self) -> Result<Vec<RunningOperation>, NodeError> {
        let doing = "currentOp";
        let database = self.0.acting(doing).await?;
        let running = client_operations(&*database).await.map_err(self.0.failed(doing))?;
        let named = running.into_iter().map(|operation| RunningOperation {
            id: operation.opid,
            client: match operation.app {
                Some(app) => format!("`{app}` at {}", operation.client),
                None => operation.client,
            },
        });
        Ok(named.collect())
    }

    async fn clients(&self, from: &LogPlace) -> Result<ClientReading, NodeError> {
        self.0.clients(from).await
    }

    async fn set_stop_sleep(&self, sleep: Duration) -> Result<Option<Duration>, NodeError> {
        let doing = "shortening the stop";
        let database = self.0.acting(doing).await?;
        if shutdown_sleep(&*database).await.map_err(self.0.failed(doing))?.is_none() {
            return Ok(None);
        }
        let set = self.0.between("stop_sleep", set_shutdown_sleep(&*database, sleep)).await;
        Ok(Some(set.map_err(self.0.failed(doing))?))
    }

    fn warm_up(&self) {
        let node = self.clone();
        let user = self.0.known.lock().user.clone();
        tokio::spawn(async move { node.0.servers.warm_up(&user).await });
    }

    async fn check_bindings(&self) -> Vec<Cause> {
        match self.0.loose_ties().await {
            Ok(loose) => loose.into_iter().map(Cause::new).collect(),
            Err(error) => vec![Cause::new(error)],
        }
    }

    async fn evidence(&self) -> Result<Evidence, NodeError> {
        self.collect_evidence().await
    }
}
