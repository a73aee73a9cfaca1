//! The journal of a run in the simulation.

use std::sync::{Arc, Mutex};

use tlsplan::{
    engine::journal::{Came, Intent, Journal, Ticket},
    error::{Cause, Designed, Exit},
};

use crate::fault_plan::{FaultPlan, Paper};

/// A journal that keeps nothing, and has no room where a fault wants it so.
pub(crate) struct Notes {
    fault_plan: Arc<FaultPlan>,
    trouble: Mutex<Option<Exit>>,
}

#[derive(Debug, thiserror::Error)]
#[error("the journal has no room")]
struct NoRoom;

impl Designed for NoRoom {
    fn exit(&self) -> Exit {
        Exit::State
    }
}

impl Notes {
    pub(crate) fn of(fault_plan: &Arc<FaultPlan>) -> Self {
        Self { fault_plan: Arc::clone(fault_plan), trouble: Mutex::default() }
    }

    fn is_full(&self) -> bool {
        let full = self.fault_plan.paper() == Paper::Full;
        if full {
            *self.trouble.lock().unwrap() = Some(Exit::State);
        }
        full
    }
}

impl Journal for Notes {
    fn intent(&self, _: &Intent<'_>) -> Result<Ticket, Cause> {
        if self.is_full() { Err(Cause::new(NoRoom)) } else { Ok(Ticket::new(0)) }
    }

    fn outcome(&self, _: Ticket, _: &Came) {
        let _ = self.is_full();
    }

    fn trouble(&self) -> Option<Cause> {
        self.trouble.lock().unwrap().map(|_| Cause::new(NoRoom))
    }
}
