//! Whether the machine is still this run's: asked for before each act.

use super::inner::Inner;
use crate::{error::node_error::NodeError, host::machine::Machine};

impl Inner {
    /// Whether this run holds the machine now.
    pub(super) async fn may_act(&self) -> Result<(), NodeError> {
        self.machine.held().await
    }
}
