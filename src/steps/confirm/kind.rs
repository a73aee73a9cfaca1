//! The question in a run: an answer counts if it was given after the step before was met.

use super::{
    ConfirmError,
    question::{OnMachine, Question, State},
};
use crate::{
    event::{Act, Event, Fact, PlannedAct},
    instance::Instance,
    plan::model::{Confirm, Step},
    steps::{
        error::{ActError, Failure},
        kind::{Kind, Needs, Undo},
        plan_run::PlanRun,
        preview::{Checked, Paper},
        run::Run,
    },
};

/// What is said of the record where it fails.
const RECORDING: &str = "recording the question";

impl Kind for Confirm {
    fn needs(&self) -> Needs {
        Needs::Machines
    }

    /// Whether a person said yes shows when the steps before it are met.
    fn check(&self, step: &Step, _: &mut Paper<'_>) -> Result<Checked, Failure> {
        let act = Act::AskPerson { question: self.question.clone() };
        Ok(Checked::new(step, vec![PlannedAct { hosts: step.hosts.clone(), act }]))
    }

    async fn apply<'a, N: Instance>(
        &'a self,
        step: &'a Step,
        run: &mut PlanRun<'a, N>,
    ) -> Result<(), Vec<Failure>> {
        run.survey = None;
        ask(self, step, &run.run).await.map_err(|failure| vec![failure])
    }

    fn undo(&self) -> Undo {
        Undo::Answers
    }
}

async fn ask<N: Instance>(confirm: &Confirm, step: &Step, run: &Run<'_, N>) -> Result<(), Failure> {
    let machines = run.machines_of(&step.hosts);
    let question = Question::new(run.plan, (step, &confirm.question), machines);
    let state = question.state().await.map_err(failed)?;
    match state {
        // What this run has changed since was not there when the person looked.
        State::Yes(answer) if run.changed() == 0 => {
            let fact = Fact::Confirmed { question: confirm.question.clone(), by: answer.who };
            run.emit(Event::Checked { hosts: step.hosts.clone(), fact });
            return Ok(());
        }
        State::Open if run.changed() == 0 => {}
        State::Yes(_) | State::Open | State::Unasked => question.open().await.map_err(failed)?,
    }
    if run.person.is_some_and(|person| person.says_yes(&confirm.question)) {
        return question.answer().await.map_err(failed);
    }
    let (step, question) = (step.name.clone(), confirm.question.clone());
    Err(ConfirmError::Open { step, question, plan: run.plan.path.clone() }.into())
}

fn failed((host, source): OnMachine) -> Failure {
    ActError::new(&host, RECORDING, source).into()
}
