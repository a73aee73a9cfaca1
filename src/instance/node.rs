//! What the engine can do with one member: look, prove, write, restart, set, and nothing else.
//!
//! Every look is fresh. Every act says whether it may have happened when it fails; the engine then
//! looks again instead of asking again. A simulated cluster implements the same trait.

use std::{future::Future, time::Duration};

use crate::{
    cluster::{
        clients::{ClientReading, LogPlace},
        inventory::Neighbours,
        mode::TlsMode,
        topology::OpTime,
    },
    error::node_error::NodeError,
    event::DatabaseClient,
    host::deadman::{SettleAction, SettleReport, SwitchId},
    name::{HostName, MemberName},
};

pub use super::look::{
    Activity, Arm, FileChange, FileNow, Fresh, Identity, Look, Pace, Reading, Rehearsal,
    RunningOperation, UnitNow,
};

/// One host of the plan with its member.
pub trait Node: Send + Sync {
    /// The host's name in the plan.
    fn host(&self) -> &HostName;

    /// Whether the host still takes orders from this run.
    fn held(&self) -> impl Future<Output = Result<(), NodeError>> + Send;

    /// The unit, the file and the server, all fresh.
    fn look(&self) -> impl Future<Output = Result<Look, NodeError>> + Send;

    /// Only the server, over a connection that did not exist before where `fresh` asks for it.
    fn view(&self, fresh: Fresh) -> impl Future<Output = Result<Reading, NodeError>> + Send;

    /// Only the unit.
    fn unit(&self) -> impl Future<Output = Result<UnitNow, NodeError>> + Send;

    /// What lies on the host under these paths, seen with the eyes of the service's user, and its clock.
    /// No private key leaves the host.
    fn identity(
        &self,
        paths: &[String],
    ) -> impl Future<Output = Result<Identity, NodeError>> + Send;

    /// Starts the real server on this file text beside the running one, with an empty data
    /// directory, and tells whether it comes up.
    fn canary(&self, text: &str, pace: Pace) -> impl Future<Output = Result<(), NodeError>> + Send;

    /// Replaces the file if it still has the old bytes.
    fn replace(&self, change: &FileChange) -> impl Future<Output = Result<(), NodeError>> + Send;

    /// The last versions of the file that were replaced on the host, the newest first.
    fn kept(&self) -> impl Future<Output = Result<Vec<String>, NodeError>> + Send;

    /// Restarts the unit, after replacing the file where a change is given, in one go on the host.
    fn restart(
        &self,
        change: Option<&FileChange>,
    ) -> impl Future<Output = Result<(), NodeError>> + Send;

    /// Arms the host: it goes back to the file in place by itself unless somebody confirms in time.
    fn arm(&self, arm: &Arm) -> impl Future<Output = Result<(), NodeError>> + Send;

    /// Has a switch settled, over a connection that did not exist before, and tells how it ended.
    /// It may be asked again when an answer was lost.
    fn settle(
        &self,
        id: &SwitchId,
        action: SettleAction,
    ) -> impl Future<Output = Result<SettleReport, NodeError>> + Send;

    /// What the server knows of its cluster beyond its own set.
    fn neighbours(&self) -> impl Future<Output = Result<Neighbours, NodeError>> + Send;

    /// Dials these members by TLS from the host, with the files of its own server and as that will
    /// once it is at preferTLS.
    fn rehearse(
        &self,
        members: &[MemberName],
    ) -> impl Future<Output = Result<Rehearsal, NodeError>> + Send;

    /// Opens a new TLS connection to the server, as is the only way once plaintext is refused.
    fn reach_by_tls(&self) -> impl Future<Output = Result<(), NodeError>> + Send;

    /// Changes the running mode; tells who did it.
    fn set_mode(
        &self,
        mode: TlsMode,
    ) -> impl Future<Output = Result<DatabaseClient, NodeError>> + Send;

    /// Asks the primary to step down, unforced.
    fn step_down(&self) -> impl Future<Output = Result<(), NodeError>> + Send;

    /// Empties the member's pools of connections to these members.
    fn drop_connections(
        &self,
        to: &[MemberName],
    ) -> impl Future<Output = Result<(), NodeError>> + Send;

    /// Asks a secondary to replicate from this member until something makes it choose anew.
    fn sync_from(&self, source: &MemberName) -> impl Future<Output = Result<(), NodeError>> + Send;

    /// On the primary: writes a no-op into the oplog and returns its place there.
    fn mark(&self) -> impl Future<Output = Result<OpTime, NodeError>> + Send;

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

    /// Remembers where the server's log ends now.
    fn mark_log(&self) -> impl Future<Output = ()> + Send;

    /// The server's log lines since [`Node::mark_log`], the most telling ones, made safe to print.
    fn log_since_mark(&self) -> impl Future<Output = Vec<String>> + Send;

    /// Begins what will be needed later and takes time to start; returns at once.
    fn warm_up(&self);
}
