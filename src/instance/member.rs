//! What only a member of a replica set can be asked.

use std::future::Future;

use super::look::Rehearsal;
use crate::{cluster::topology::OpTime, error::node_error::NodeError, name::MemberName};

/// A server as a member of its set.
pub trait Member: Send + Sync {
    /// Dials these members by TLS from the host, with the files of its own server and as that will
    /// once it is at preferTLS.
    fn rehearse(
        &self,
        members: &[MemberName],
    ) -> impl Future<Output = Result<Rehearsal, NodeError>> + Send;

    /// Asks the primary to step down, unforced.
    fn step_down(&self) -> impl Future<Output = Result<(), NodeError>> + Send;

    /// Asks a secondary to replicate from this member until something makes it choose anew.
    fn sync_from(&self, source: &MemberName) -> impl Future<Output = Result<(), NodeError>> + Send;

    /// On the primary: writes a no-op into the oplog and returns its place there.
    fn mark(&self) -> impl Future<Output = Result<OpTime, NodeError>> + Send;
}
