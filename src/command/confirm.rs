//! `tlsplan confirm PLAN STEP`: put a person's answer to a question of the plan on record.

use std::sync::Arc;

use super::{Outcome, connect::connect_ready, load::load};
use crate::{
    cli::ConfirmArgs,
    engine::{
        leases::{release, take},
        progress::Progress,
    },
    error::{Cause, Designed, Exit},
    event::{Event, Fact, Sink},
    host::{lease::Owner, live_machine::LiveMachine, machine::Machine},
    plan::{
        Plan,
        model::{Action, Step},
    },
    report::Reporter,
    steps::confirm::{ConfirmError, OnMachine, Question, State},
};

/// Answers a question that a run has come to. The lease keeps a run from being at work meanwhile.
pub async fn run(args: &ConfirmArgs, report: &Arc<Reporter>) -> Outcome {
    let plan = load(&args.plan, report)?.plan;
    let (step, text) = find(&plan, &args.step)?;
    let owner = Owner::now(&plan.name, &plan.path);
    let connected = match connect_ready(&plan, None, report).await {
        Ok(connected) => connected,
        Err(exit) => return Ok(exit),
    };
    let machines: Vec<&LiveMachine> = connected.machines.iter().collect();
    take(&machines, &owner).await.map_err(safe)?;
    let question = Question::new(&plan, (step, text), machines_of(&plan, step, &machines));
    let answered = answer(&plan, step, &question).await;
    release(&connected.machines).await;
    answered?;
    let (question, by) = (text.to_owned(), owner.words);
    let fact = Fact::Confirmed { question, by };
    report.emit(Event::Checked { hosts: step.hosts.clone(), fact });
    Ok(Exit::Converged)
}

/// The question by the name of its step, or by its number.
fn find<'p>(plan: &'p Plan, named: &str) -> Result<(&'p Step, &'p str), ConfirmError> {
    let asks = |step: &'p Step| match &step.action {
        Action::Confirm(confirm) => Some((step, confirm.question.as_str())),
        _ => None,
    };
    let by_name = plan.steps.iter().find(|step| step.name == named);
    let number = named.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    let step = by_name.or_else(|| plan.steps.get(number?));
    step.and_then(asks).ok_or_else(|| {
        let questions = plan.steps.iter().filter_map(asks).map(|(step, _)| step.name.clone());
        ConfirmError::NoSuchStep { step: named.to_owned(), questions: questions.collect() }
    })
}

fn machines_of<'m>(plan: &Plan, step: &Step, all: &[&'m LiveMachine]) -> Vec<&'m LiveMachine> {
    let of_step = |machine: &&&LiveMachine| {
        let mut on_it = plan.hosts.iter().filter(|host| host.machine == *machine.name());
        on_it.any(|host| step.hosts.contains(&host.name))
    };
    all.iter().filter(of_step).copied().collect()
}

async fn answer(
    plan: &Plan,
    step: &Step,
    question: &Question<'_, LiveMachine>,
) -> Result<(), Cause> {
    match question.state().await.map_err(told)? {
        State::Yes(_) => Ok(()),
        State::Open => question.answer().await.map_err(told),
        State::Unasked => {
            let (step, plan) = (step.name.clone(), plan.path.clone());
            Err(Cause::new(ConfirmError::NotOpen { step, plan }))
        }
    }
}

fn told((_, error): OnMachine) -> Cause {
    Cause::new(error)
}

fn safe(error: impl Designed) -> Cause {
    Cause::new(error).with_hint(Progress::Untouched.describe())
}
