//! Whether the next act may be begun at all: by whoever asked the run to stop, and by the time that is left.

use std::time::Duration;

use super::{
    decide::Decision,
    gate::{PATIENCE, words},
    put_back::STOP,
    set_run::SetRun,
};
use crate::{
    instance::Instance,
    plan::model::{InstanceSettings, Rollback},
    steps::error::{Failure, Paused},
};

/// What the calls around an act may take on a slow host, beside the act itself.
const SLACK: Duration = Duration::from_secs(60);

/// Whether anything may be begun at all. A proof of what was done already is not something new.
pub(super) fn may_begin<N: Instance>(
    set: &SetRun<'_, '_, N>,
    decision: &Decision,
) -> Result<(), Failure> {
    let Some(needs) = worst_case(set, decision) else { return Ok(()) };
    if set.run.options.cancel.is_asked() {
        return Err(Paused::Signal.into());
    }
    match set.run.options.deadline.left() {
        Some(left) if left < needs => {
            Err(Paused::WindowCloses { doing: words(decision), needs, left }.into())
        }
        _ => Ok(()),
    }
}

/// The longest that an act may take until everything is well again, its way back included; `None`
/// for what begins nothing.
fn worst_case<N: Instance>(set: &SetRun<'_, '_, N>, decision: &Decision) -> Option<Duration> {
    let restart = set.longest_start();
    let longest = |of: fn(&InstanceSettings) -> Duration| {
        set.nodes.iter().map(|node| of(node.settings())).max().unwrap_or_default()
    };
    let drain = longest(|settings| settings.drain);
    // Its host may be left to itself, and acts when its time is over.
    let itself = Some(longest(|settings| settings.confirm_within.unwrap_or_default()))
        .filter(|_| set.run.plan.rules.rollback == Rollback::Host);
    let undone = restart.max(itself.unwrap_or_default()) + STOP + restart;
    Some(match decision {
        Decision::Restart(_) => SLACK + drain + undone,
        // Nobody gives up an office for a restart that does not come.
        Decision::StepDown(_) => SLACK + PATIENCE + drain + undone,
        Decision::SetMode(_) => SLACK + PATIENCE + STOP + restart,
        Decision::Write(_) => PATIENCE,
        _ => return None,
    })
}
