//! Where a plot comes in between two legs of a call.

use super::{act::Act, simulated::SimulatedNode};
use crate::plot::Stage;

impl SimulatedNode {
    /// Between two legs of a call: what was to go wrong here does.
    pub(crate) async fn pass(&self, act: &Act, stage: Stage) {
        let Some(fault) = self.plot.passes(act, stage, self.index) else { return };
        if fault.strike(&self.world, self.session, self.index, &self.plot) {
            std::future::pending::<()>().await;
        }
    }
}
