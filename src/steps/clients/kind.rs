//! The kind `clients`: a gate that is observed, not believed.

use super::{Gate, Passed, hold};
use crate::{
    event::{Act, PlannedAct},
    instance::Instance,
    plan::model::{ClientsGate, Step},
    steps::{
        error::Failure,
        kind::{Kind, Needs, Undo},
        plan_run::PlanRun,
        preview::{Checked, Paper},
    },
};

impl Kind for ClientsGate {
    fn needs(&self) -> Needs {
        Needs::Instances
    }

    /// It is met where no server takes plaintext any more; otherwise it is held and seen then.
    fn check(&self, step: &Step, paper: &mut Paper<'_>) -> Result<Checked, Failure> {
        let modes = match (&paper.cluster, paper.admission) {
            (Some(cluster), _) => cluster.members.iter().map(|now| now.running).collect::<Vec<_>>(),
            (None, Some(first)) => first.survey.views().map(|(_, view)| view.mode).collect(),
            (None, None) => Vec::new(),
        };
        let open = modes.iter().any(|mode| mode.takes_plaintext());
        let acts = open.then(|| PlannedAct {
            hosts: paper.plan.instances().map(|(host, _)| host.name.clone()).collect(),
            act: Act::AwaitPlaintextSilence { free_for: self.plaintext_free_for },
        });
        Ok(Checked::new(step, acts.into_iter().collect()))
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
