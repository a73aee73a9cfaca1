//! Settling a switch.

use super::{RevertOutcome, SettleReport, SwitchId};
use crate::{
    host::{Host, call::Call, call_error::CallError, replace_error::ReplaceError, script},
    sanitise::sanitise_line,
};

/// How a switch is to be settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettleAction {
    /// The new file stays.
    Confirm,
    /// Nothing was changed: the switch is taken away.
    Disarm,
    /// The old file shall come back at once.
    Fire,
}

impl SettleAction {
    const fn word(self) -> &'static str {
        match self {
            Self::Confirm => "confirmed",
            Self::Disarm => "unused",
            Self::Fire => "now",
        }
    }

    const fn doing(self) -> &'static str {
        match self {
            Self::Confirm => "confirming the change",
            Self::Disarm => "taking the switch away",
            Self::Fire => "having the old file put back",
        }
    }
}

impl Host {
    /// Settles a switch. The answer is its outcome, also where the host was faster; the call may be
    /// repeated when an answer was lost.
    pub async fn settle(
        &self,
        id: &SwitchId,
        action: SettleAction,
    ) -> Result<SettleReport, ReplaceError> {
        let call = Call::new(&script::SETTLE, action.doing())
            .arg(self.state_dir())
            .arg(self.run_dir())
            .arg(self.run_id())
            .arg(id.as_str())
            .arg(action.word());
        let fields = match self.run(&call).await {
            Ok(output) => output.fields(),
            Err(error @ CallError::Failed { .. }) => {
                return Err(ReplaceError::from_call(error, id.as_str()));
            }
            Err(error) => return Err(ReplaceError::Call(error)),
        };
        let outcome = RevertOutcome::from_name(fields.text("end").unwrap_or_default());
        let reason = sanitise_line(fields.text("reason").unwrap_or_default().as_bytes());
        Ok(SettleReport { outcome, reason })
    }
}
