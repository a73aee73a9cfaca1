//! The kind `tls_mode`: bring every member of the cluster to a mode.

use super::{check::check, goal::Goal};
use crate::{
    cluster::mode::TlsMode,
    instance::Instance,
    plan::model::{Step, TlsModeStep},
    steps::{
        clients,
        error::Failure,
        kind::{Kind, Needs, Undo},
        plan_run::PlanRun,
        preview::{Checked, Paper},
    },
};

impl Kind for TlsModeStep {
    fn needs(&self) -> Needs {
        Needs::Instances
    }

    fn check(&self, step: &Step, paper: &mut Paper<'_>) -> Result<Checked, Failure> {
        check(*self, step, paper)
    }

    /// A gate that was passed blind is held again before plaintext is refused.
    async fn apply<'a, N: Instance>(
        &'a self,
        _: &'a Step,
        run: &mut PlanRun<'a, N>,
    ) -> Result<(), Vec<Failure>> {
        let goal = Goal::new(*self, run.run.options.limit.clone());
        if goal.mode == TlsMode::Require
            && let Some(gate) = run.blind_gate.take()
        {
            let held = clients::hold(&run.run, &gate, run.survey.take()).await;
            run.survey = Some(held.map_err(|failure| vec![failure])?.0);
        }
        let survey = run.survey.take();
        run.survey = Some(super::step(&run.run, &mut run.tls, &goal, survey).await?);
        Ok(())
    }

    fn undo(&self) -> Undo {
        Undo::Modes
    }
}
