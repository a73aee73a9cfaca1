//! A question of a plan and what the machines have on record of it.
//!
//! The record lies on the machines, as root's: whichever controller runs the plan next finds it. Its key is made
//! of the plan's sum, the step's text and the machines, so a changed plan asks anew.

use futures_util::future::join_all;

use crate::{
    error::node_error::NodeError,
    host::{
        digest::Digest,
        machine::{Answer, Machine, QuestionEntry, QuestionRecord},
    },
    local_machine::Controller,
    name::HostName,
    plan::{Plan, model::Step},
};

/// A person at a terminal.
pub trait AskPerson: Sync {
    /// Whether the person says yes.
    fn says_yes(&self, question: &str) -> bool;
}

/// One question on its machines.
pub struct Question<'m, M> {
    key: String,
    machines: Vec<&'m M>,
}

/// What all machines together have on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// No run has come to it, or not all machines know of it.
    Unasked,
    /// It was asked and not answered.
    Open,
    /// A person said yes after it was asked.
    Yes(Answer),
}

/// A machine that could not be asked or told.
pub type OnMachine = (HostName, NodeError);

impl<'m, M: Machine> Question<'m, M> {
    /// The question of a step.
    #[must_use]
    pub fn new(plan: &Plan, (step, text): (&Step, &str), machines: Vec<&'m M>) -> Self {
        let mut ids: Vec<String> = machines.iter().map(|machine| machine.id()).collect();
        ids.sort_unstable();
        let of = [plan.sum.digest().to_string(), step.name.clone(), text.to_owned(), ids.join(",")];
        Self { key: Digest::from_content(of.join("\n").as_bytes()).to_string(), machines }
    }

    /// What the machines have on record.
    pub async fn state(&self) -> Result<State, OnMachine> {
        let records = self.machines.iter().map(|machine| async move {
            let record = machine.question(&self.key).await;
            record.map_err(|error| (machine.name().clone(), error))
        });
        let records: Result<Vec<QuestionRecord>, _> = join_all(records).await.into_iter().collect();
        Ok(together(&records?))
    }

    /// Puts it on record as open; an answer from before does not count any more.
    pub async fn open(&self) -> Result<(), OnMachine> {
        self.record(&QuestionEntry::Open).await
    }

    /// Puts the yes of the person at this machine on record.
    pub async fn answer(&self) -> Result<(), OnMachine> {
        let Controller { user, machine, .. } = Controller::here();
        self.record(&QuestionEntry::Yes { who: format!("{user}@{machine}") }).await
    }

    async fn record(&self, entry: &QuestionEntry) -> Result<(), OnMachine> {
        let told = self.machines.iter().map(|machine| async move {
            let told = machine.record(&self.key, entry.clone()).await;
            told.map_err(|error| (machine.name().clone(), error))
        });
        join_all(told).await.into_iter().collect()
    }
}

/// It is as open as the machine that knows least of it.
fn together(records: &[QuestionRecord]) -> State {
    let answers = records.iter().map(|record| match (record.opened, &record.answer) {
        (Some(opened), Some(answer)) if answer.at >= opened => State::Yes(answer.clone()),
        (Some(_), _) => State::Open,
        (None, _) => State::Unasked,
    });
    let answers: Vec<State> = answers.collect();
    match answers.first() {
        None => State::Unasked,
        Some(_) if answers.contains(&State::Unasked) => State::Unasked,
        Some(_) if answers.contains(&State::Open) => State::Open,
        Some(first) => first.clone(),
    }
}

/// Forgets every answer on these machines: a rollback ends what was agreed to.
pub async fn forget<M: Machine>(machines: &[M]) -> Result<(), OnMachine> {
    let told = machines.iter().map(|machine| async move {
        machine.forget_questions().await.map_err(|error| (machine.name().clone(), error))
    });
    join_all(told).await.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(opened: Option<i64>, answered: Option<i64>) -> QuestionRecord {
        let answer = answered.map(|at| Answer { who: "ann@ops".to_owned(), at });
        QuestionRecord { opened, answer }
    }

    #[test]
    fn it_is_answered_when_every_machine_has_an_answer_from_after_it_was_asked() {
        let yes = |at| State::Yes(Answer { who: "ann@ops".to_owned(), at });
        for (records, expected) in [
            (vec![record(Some(5), Some(9)), record(Some(6), Some(9))], yes(9)),
            (vec![record(Some(5), Some(9)), record(Some(10), Some(9))], State::Open),
            (vec![record(Some(5), Some(9)), record(Some(5), None)], State::Open),
            (vec![record(Some(5), Some(9)), record(None, None)], State::Unasked),
            (vec![record(None, Some(9))], State::Unasked),
            (vec![], State::Unasked),
        ] {
            assert_eq!(together(&records), expected, "{records:?}");
        }
    }
}
