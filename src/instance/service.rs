//! The unit of a server and the files on its machine: what root can do with them.
//!
//! Every act says whether it may have happened when it fails; the engine then looks again instead of
//! asking again.

use std::future::Future;

use super::look::{Arm, FileChange, Identity, Pace, UnitNow};
use crate::{
    error::node_error::NodeError,
    host::deadman::{SettleAction, SettleReport, SwitchId},
    name::HostName,
    plan::model::InstanceSettings,
};

/// The unit of a server with its configuration file.
pub trait Service: Send + Sync {
    /// The host's name in the plan.
    fn host(&self) -> &HostName;

    /// What the plan says of the server.
    fn settings(&self) -> &InstanceSettings;

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
        wish: SettleAction,
    ) -> impl Future<Output = Result<SettleReport, NodeError>> + Send;

    /// Remembers where the server's log ends now.
    fn mark_log(&self) -> impl Future<Output = ()> + Send;

    /// The server's log lines since [`Service::mark_log`], the most telling ones, made safe to print.
    fn log_since_mark(&self) -> impl Future<Output = Vec<String>> + Send;

    /// The text of the configuration file before the first change, or the one in place where no run has
    /// changed it.
    fn original_file(&self) -> impl Future<Output = Result<String, NodeError>> + Send;
    /// The certificates that the file in place names, in PEM and without keys.
    fn certificate(&self) -> impl Future<Output = Option<Vec<u8>>> + Send;
}
