//! One database process on a machine: its unit, its server, and the member that this is.
//!
//! Every look is fresh. A simulated cluster implements the same traits.

use std::future::Future;

use super::{look::Look, member::Member, server::Server, service::Service};
use crate::{error::node_error::NodeError, host::machine::Machine};

/// One host of the plan with its server.
pub trait Instance: Service + Server + Member {
    /// What it runs on.
    type Machine: Machine;

    /// The machine it runs on.
    fn machine(&self) -> &Self::Machine;

    /// Whether the machine still takes orders from this run.
    fn held(&self) -> impl Future<Output = Result<(), NodeError>> + Send {
        self.machine().held()
    }

    /// The unit, the file and the server, all fresh.
    fn look(&self) -> impl Future<Output = Result<Look, NodeError>> + Send;
}
