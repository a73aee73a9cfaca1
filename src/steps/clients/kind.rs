//! The kind `clients`: a gate that is observed, not believed.

use super::{Gate, Passed, hold};
use crate::{
    instance::Instance,
    plan::model::{ClientsGate, Step},
    steps::{
        error::Failure,
        kind::{Kind, Needs, Undo},
        plan_run::PlanRun,
    },
};

impl Kind for ClientsGate {
    fn needs(&self) -> Needs {
        Needs::Instances
    }

    async fn apply<'a, N: Instance>(
        &'a self,
        step: &'a Step,
        run: &mut PlanRun<'a, N>,
    ) -> Result<(), Vec<Failure>> {
        let gate = Gate::new(&step.name, self, step.timeout);
        let held = hold(&run.run, &gate, run.survey.take()).await;
        let (survey, passed) = held.map_err(|failure| vec![failure])?;
        run.survey = Some(survey);
        run.blind_gate = (passed == Passed::Blind).then_some(gate);
        Ok(())
    }

    fn undo(&self) -> Undo {
        Undo::Nothing
    }
}
