//! What any server can be asked, a member of a set or not.

use std::{future::Future, time::Duration};

use super::look::{Fresh, Reading, RunningOperation};
use crate::{
    cluster::{
        clients::{ClientReading, LogPlace},
        mode::TlsMode,
        peers::ClusterPeers,
    },
    error::{Cause, node_error::NodeError},
    event::{DatabaseClient, Evidence},
    name::MemberName,
};

/// A server process that answers database commands.
pub trait Server: Send + Sync {
    /// Only the server, over a connection that did not exist before where `fresh` asks for it.
    fn view(&self, fresh: Fresh) -> impl Future<Output = Result<Reading, NodeError>> + Send;

    /// What the server knows of its cluster beyond its own set.
    fn cluster_peers(&self) -> impl Future<Output = Result<ClusterPeers, NodeError>> + Send;

    /// Opens a new TLS connection to the server, as is the only way once plaintext is refused.
    fn reach_by_tls(&self) -> impl Future<Output = Result<(), NodeError>> + Send;

    /// Changes the running mode; tells who did it.
    fn set_mode(
        &self,
        mode: TlsMode,
    ) -> impl Future<Output = Result<DatabaseClient, NodeError>> + Send;

    /// Empties the member's pools of connections to these members.
    fn drop_connections(
        &self,
        to: &[MemberName],
    ) -> impl Future<Output = Result<(), NodeError>> + Send;

    /// The operations of real clients that run now, by their ids.
    fn client_operations(
        &self,
    ) -> impl Future<Output = Result<Vec<RunningOperation>, NodeError>> + Send;

    /// Who is and was connected: all of the server's present life, or what is new since the last look.
    fn clients(
        &self,
        from: &LogPlace,
    ) -> impl Future<Output = Result<ClientReading, NodeError>> + Send;

    /// Sets how long a signalled stop sleeps and returns the value before; `None` where the server
    /// has no such sleep.
    fn set_stop_sleep(
        &self,
        sleep: Duration,
    ) -> impl Future<Output = Result<Option<Duration>, NodeError>> + Send;

    /// Begins what will be needed later and takes time to start; returns at once.
    fn warm_up(&self);

    /// What does not fit between plan, unit, file and server: empty where all name the same process.
    fn check_bindings(&self) -> impl Future<Output = Vec<Cause>> + Send;
    /// What is true of the server, asked in more than one way. What cannot be had is said in its place.
    fn evidence(&self) -> impl Future<Output = Result<Evidence, NodeError>> + Send;
}
