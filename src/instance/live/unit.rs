//! systemd's words for a unit in the engine's terms.

use crate::{
    host::{facts::HostFacts, unit::ActiveState},
    instance::look::{Activity, Life, UnitNow},
};

/// The unit as it is now.
pub(super) fn now(facts: &HostFacts) -> UnitNow {
    let unit = &facts.unit;
    let activity = match unit.active {
        ActiveState::Active | ActiveState::Reloading => Activity::Active,
        ActiveState::Activating | ActiveState::Deactivating | ActiveState::Other => {
            Activity::Changing
        }
        ActiveState::Inactive => Activity::Stopped,
        ActiveState::Failed => Activity::Failed,
    };
    UnitNow {
        activity,
        life: Life {
            pid: unit.identity.main_pid,
            invocation: unit.identity.invocation_id.clone(),
            restarts: unit.identity.n_restarts,
        },
        age: unit.active_since.map(|since| facts.uptime.saturating_sub(since)),
        stop_timeout: unit.stop_timeout,
        result: format!("{} ({}, status {})", unit.sub, unit.result, unit.exec_main_status),
    }
}
