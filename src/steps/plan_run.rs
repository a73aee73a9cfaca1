//! The steps of one plan while they are carried out.

use std::time::Duration;

use super::{
    admission::FirstLook,
    clients::Gate,
    confirm::forget,
    error::{ActError, Failure, LeaseLost},
    kind::{Kind, Needs, Undo, needs},
    run::Run,
    survey::Survey,
    tls_mode::{self, settle::settle, state::TlsModeState},
};
use crate::{
    cluster::check::Finding,
    engine::{self, progress::Progress, step_error::Failure as _},
    error::{Designed, Exit},
    event::Event,
    instance::Instance,
    plan::model::Step,
};

/// How long a host is waited for that may know which run has it.
const VERDICT: Duration = Duration::from_secs(5);

/// What the steps of a plan share and hand on.
pub struct PlanRun<'a, N: Instance> {
    /// What every step works with.
    pub run: Run<'a, N>,
    /// What the checks had to tell a person who then agreed: it is not told again.
    pub agreed: Vec<Finding>,
    /// What `tls_mode` steps keep.
    pub tls: TlsModeState,
    /// A gate that was passed blind: it is held again before plaintext is refused.
    pub blind_gate: Option<Gate<'a>>,
    /// The steps that a rollback takes back after its modes, in the plan's order.
    pub undo: Vec<Step>,
    /// The last survey; it is looked at again only if it is not fresh any more.
    pub survey: Option<Survey>,
}

impl<'a, N: Instance> PlanRun<'a, N> {
    /// Nothing was looked at yet.
    pub fn new(run: Run<'a, N>, agreed: Vec<Finding>) -> Self {
        let tls = TlsModeState::default();
        Self { run, agreed, tls, blind_gate: None, undo: Vec::new(), survey: None }
    }

    fn needs(&self) -> Needs {
        needs(&self.run.plan.steps)
    }
}

impl<N: Instance> engine::run::Steps for PlanRun<'_, N> {
    type Failure = Failure;

    fn names(&self) -> Vec<String> {
        self.run.plan.steps.iter().map(|step| step.name.clone()).collect()
    }

    async fn begin(&mut self) -> Result<(), Vec<Failure>> {
        if self.needs() == Needs::Machines {
            return Ok(());
        }
        let Run { plan, nodes, files, events, options, .. } = &self.run;
        settle(plan, nodes, *events, options).await?;
        let look = FirstLook { plan, nodes, files: *files, limit: &options.limit };
        let admission = look.take(*events, &options.cancel).await?;
        admission.checked.tell(*events, &self.agreed);
        let refusals = admission.checked.refusals();
        if !refusals.is_empty() {
            return Err(refusals);
        }
        self.run.emit(Event::Ordered { members: admission.order() });
        self.tls.learn(&admission.survey);
        self.run.membership = admission.membership;
        self.survey = Some(admission.survey);
        Ok(())
    }

    async fn apply(&mut self, index: usize) -> Result<(), Vec<Failure>> {
        let plan = self.run.plan;
        let Some(step) = plan.steps.get(index) else { return Ok(()) };
        self.run.timeout = step.timeout;
        step.action.apply(step, self).await
    }

    async fn finish(&mut self) -> Result<(), Vec<Failure>> {
        take_back(&self.undo, &self.run).await.map_err(|failure| vec![failure])?;
        if self.needs() == Needs::Machines {
            return Ok(());
        }
        let one = |failure| vec![failure];
        let last = match self.survey.take() {
            Some(survey) => survey,
            None => self.run.survey().await.map_err(one)?,
        };
        tls_mode::end_well(&self.run, &self.tls, last).await.map_err(one)
    }

    async fn lost_lease(&self, failures: &[Failure]) -> Option<Failure> {
        let grave = [Exit::Person, Exit::Unknown, Exit::PutBack, Exit::HostKey];
        let exits = failures.iter().map(|failure| failure.exit(self.progress()));
        if self.run.membership.is_empty() || exits.into_iter().any(|exit| grave.contains(&exit)) {
            return None;
        }
        // Connections that broke while this process was frozen look like hosts that are away, until one
        // of them has said which run has it.
        let (host, source) = self.run.lost_any(VERDICT).await?;
        (source.exit() == Exit::Locked).then(|| LeaseLost::new(&host, source).into())
    }

    fn changed(&self) -> usize {
        self.run.changed()
    }

    fn progress(&self) -> Progress {
        self.tls.progress(self.run.changed())
    }
}

/// What a rollback takes back beside the modes, from the last step to the first.
async fn take_back<N: Instance>(steps: &[Step], run: &Run<'_, N>) -> Result<(), Failure> {
    for step in steps.iter().rev() {
        match step.action.undo() {
            Undo::Nothing | Undo::Modes => {}
            Undo::Answers => {
                let forgotten = forget(run.machines).await;
                let failed =
                    |(host, source)| ActError::new(&host, "forgetting the answers", source);
                forgotten.map_err(failed)?;
            }
        }
    }
    Ok(())
}
