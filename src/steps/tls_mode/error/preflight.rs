//! A check before the first step that refuses.

use crate::{
    cluster::check::Finding,
    engine::{progress::Progress, step_error},
    error::Exit,
};

/// What would go wrong in a step.
#[derive(Debug, thiserror::Error)]
#[error("{finding}")]
pub struct PreflightFailed {
    /// What was found.
    pub finding: Finding,
    /// Whether others follow it.
    pub follows: Follows,
}

/// Whether another finding follows: what holds for all is said with the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follows {
    /// Another one follows.
    More,
    /// It is the last.
    Nothing,
}

impl step_error::Failure for PreflightFailed {
    fn exit(&self, _: Progress) -> Exit {
        Exit::Refused
    }

    fn hints(&self, progress: Progress) -> Vec<String> {
        let id = self.finding.id;
        let mut hints = vec![
            format!("why it matters: {}", id.why()),
            self.finding.fix.clone(),
            format!("to go on in spite of it: `{id} = \"the reason\"` under `[waive]` in the plan"),
        ];
        if self.follows == Follows::Nothing {
            hints.push(progress.describe());
        }
        hints
    }
}
