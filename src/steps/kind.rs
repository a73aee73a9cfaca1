//! What every kind of step has to answer, and the one place that knows all kinds.
//!
//! A new kind is a folder with its `impl Kind` and one arm here: the match is exhaustive, so none can be
//! forgotten and none is met by default.

use super::{
    error::Failure,
    plan_run::PlanRun,
    preview::{Checked, Paper},
};
use crate::{
    instance::Instance,
    plan::model::{Action, Step},
};

/// A kind of step.
#[expect(async_fn_in_trait, reason = "a run is one task and is never sent to another")]
pub trait Kind {
    /// What has to be there before the first step of a plan with such a step.
    fn needs(&self) -> Needs;

    /// What would be done, after the steps before it; nothing where it is met. Changes nothing.
    fn check(&self, step: &Step, paper: &mut Paper<'_>) -> Result<Checked, Failure>;

    /// What is left of the step is done, one act after the other, each verified.
    async fn apply<'a, N: Instance>(
        &'a self,
        step: &'a Step,
        run: &mut PlanRun<'a, N>,
    ) -> Result<(), Vec<Failure>>;

    /// What `tlsplan rollback` can take back of it.
    fn undo(&self) -> Undo;
}

/// What a kind of step works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Needs {
    /// Machines, whatever runs on them.
    Machines,
    /// Every instance of the plan: known, reachable, and checked before the first step.
    Instances,
}

/// What a rollback does about a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undo {
    /// It changed nothing.
    Nothing,
    /// Its mode is left again, level by level, in the steps that the rollback begins with.
    Modes,
    /// The answers to questions are forgotten.
    Answers,
}

/// Asks the kind of a step; every kind has its arm.
macro_rules! ask {
    ($action:expr, $kind:ident => $answer:expr) => {
        match $action {
            Action::TlsMode($kind) => $answer,
            Action::Clients($kind) => $answer,
            Action::Wait($kind) => $answer,
            Action::Confirm($kind) => $answer,
        }
    };
}

impl Kind for Action {
    fn needs(&self) -> Needs {
        ask!(self, kind => kind.needs())
    }

    fn check(&self, step: &Step, paper: &mut Paper<'_>) -> Result<Checked, Failure> {
        ask!(self, kind => kind.check(step, paper))
    }

    async fn apply<'a, N: Instance>(
        &'a self,
        step: &'a Step,
        run: &mut PlanRun<'a, N>,
    ) -> Result<(), Vec<Failure>> {
        ask!(self, kind => kind.apply(step, run).await)
    }

    fn undo(&self) -> Undo {
        ask!(self, kind => kind.undo())
    }
}

/// What has to be there before the first step of a plan.
#[must_use]
pub fn needs(steps: &[Step]) -> Needs {
    steps.iter().map(|step| step.action.needs()).max().unwrap_or(Needs::Machines)
}
