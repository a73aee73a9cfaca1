//! The plan of the way back: one step per rung, down to where the first files were.

use crate::{
    cluster::mode::TlsMode,
    plan::{
        Plan,
        model::{Action, Direction, Step, TlsModeStep, Via},
    },
};

/// The rungs from the top but one downwards.
const DOWN: [TlsMode; 3] = [TlsMode::Prefer, TlsMode::Allow, TlsMode::Disabled];

/// The same hosts and settings, and the steps that lead back to `lowest`.
#[must_use]
pub fn way_back(plan: &Plan, lowest: TlsMode) -> Plan {
    let hosts: Vec<_> = plan.hosts.iter().map(|host| host.name.clone()).collect();
    let step = |mode: TlsMode| Step {
        name: if mode == lowest {
            format!("back to {mode} and the first files")
        } else {
            format!("back to {mode}")
        },
        hosts: hosts.clone(),
        timeout: None,
        action: Action::TlsMode(TlsModeStep {
            mode,
            direction: Direction::Down,
            via: Some(Via::Restart),
        }),
    };
    // Where the first files ask for the last rung, they alone are put back.
    let rungs = DOWN.into_iter().filter(|&mode| mode >= lowest);
    let steps: Vec<_> = rungs.map(step).collect();
    let steps = if steps.is_empty() { vec![step(lowest)] } else { steps };
    Plan { name: format!("back from `{}`", plan.name), steps, ..plan.clone() }
}
