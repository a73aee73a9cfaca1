//! The faults that are injected between two legs of a call.

use super::{act::Act, simulated::SimulatedNode};
use crate::fault_plan::Leg;

impl SimulatedNode {
    /// Between two legs of a call: what was to go wrong here does.
    pub(crate) async fn pass(&self, act: &Act, leg: Leg) {
        let Some(fault) = self.fault_plan.passes(act, leg, self.index) else { return };
        if fault.inject(&self.world, self.session, self.index, &self.fault_plan) {
            std::future::pending::<()>().await;
        }
    }
}
