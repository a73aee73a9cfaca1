//! systemd's words for a unit in the engine's terms.

use crate::{
    host::{facts::HostFacts, unit::ActiveState},
    instance::look::{Activity, UnitNow},
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
        life: unit.incarnation.clone(),
        age: unit.active_since.map(|since| facts.uptime.saturating_sub(since)),
        stop_timeout: unit.stop_timeout,
        result: format!("{} ({}, status {})", unit.sub, unit.result, unit.exec_main_status),
    }
}
