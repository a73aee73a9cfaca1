//! What a run would do, and what cannot be known before it.

use crate::{
    event::{Act, Unknown},
    text::HumanDuration,
};

/// What would be done on a host.
pub(in crate::report) fn act(act: &Act) -> String {
    match act {
        Act::WriteFile { path, change } => format!("write {path} ({change})"),
        Act::WriteFileAndRestart { path, change, unit } => {
            format!("write {path} ({change}), restart {unit}")
        }
        Act::Restart { unit } => format!("restart {unit}"),
        Act::StepDown => "step down as primary".to_owned(),
        Act::SetMode { mode } => format!("setParameter tlsMode {mode}"),
        Act::Verify => "prove from both sides over fresh connections".to_owned(),
        Act::Wait { step } => format!("hold the run until it is so: {step}"),
        Act::AskPerson { question } => format!("hold the run until a person says yes: {question}"),
        Act::AwaitPlaintextSilence { free_for } => {
            let free = HumanDuration(free_for.as_secs());
            format!("wait until no client has spoken plaintext for {free}")
        }
    }
}

/// What cannot be known.
pub(in crate::report) const fn unknown(unknown: Unknown) -> &'static str {
    match unknown {
        Unknown::CanaryResult => {
            "whether mongod takes the new files: a canary is started on each before anything is touched"
        }
        Unknown::ElectedPrimary => "which member is elected when the primary steps down",
    }
}
