//! The request for a restart: sent once, never waited for here.

use super::{Host, call::Call, call_error::CallError, replace_error::ReplaceError, script};
use crate::name::UnitName;

/// The status with which the scripts say that systemd refused a restart.
pub(crate) const RESTART_REFUSED: u32 = 30;

impl Host {
    /// Asks systemd to restart the unit, after clearing a failed state. Whether it is back is seen
    /// in [`Host::facts`]: another [`super::unit::Incarnation`].
    pub async fn restart(&self, unit: &UnitName) -> Result<(), ReplaceError> {
        let call = Call::new(&script::RESTART, format!("asking for a restart of `{unit}`"))
            .arg(unit.as_str());
        match self.run(&self.fenced(call)).await {
            Ok(_) => Ok(()),
            Err(CallError::Failed { host, status: RESTART_REFUSED, reason, .. }) => {
                Err(ReplaceError::RestartRefused { host, unit: unit.clone(), reason })
            }
            Err(error) => Err(ReplaceError::from_call(error, unit.as_str())),
        }
    }
}
