//! Bringing a switch to its end, or asking how it ended.

use super::{Ended, SwitchEnd, SwitchId};
use crate::host::{
    Host, call::Call, call_error::CallError, replace_error::ReplaceError, sanitise::sanitise_line,
    script,
};

/// What is wanted of a switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// The new file stays.
    Confirm,
    /// Nothing was changed: the switch is taken away.
    Disarm,
    /// The old file shall come back at once.
    Fire,
    /// Nothing; only how it ended.
    Look,
}

impl Wish {
    const fn word(self) -> &'static str {
        match self {
            Self::Confirm => "confirmed",
            Self::Disarm => "unused",
            Self::Fire => "now",
            Self::Look => "look",
        }
    }

    const fn doing(self) -> &'static str {
        match self {
            Self::Confirm => "confirming the change",
            Self::Disarm => "taking the switch away",
            Self::Fire => "having the old file put back",
            Self::Look => "asking how the switch ended",
        }
    }
}

impl Host {
    /// Has a switch settled. The answer says what became of it, whoever was first; it may be asked
    /// again when an answer was lost.
    pub async fn settle(&self, id: &SwitchId, wish: Wish) -> Result<Ended, ReplaceError> {
        let call = Call::new(&script::SETTLE, wish.doing())
            .arg(self.state_dir())
            .arg(self.run_dir())
            .arg(self.run_id())
            .arg(id.as_str())
            .arg(wish.word());
        let fields = match self.run(&call).await {
            Ok(output) => output.fields(),
            Err(error @ CallError::Failed { .. }) => {
                return Err(ReplaceError::from_call(error, id.as_str()));
            }
            Err(error) => return Err(ReplaceError::Call(error)),
        };
        let end = SwitchEnd::named(fields.text("end").unwrap_or_default());
        let reason = sanitise_line(fields.text("reason").unwrap_or_default().as_bytes());
        Ok(Ended { end, reason })
    }
}
