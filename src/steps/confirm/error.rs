//! A question without an answer.

use std::path::PathBuf;

use crate::{
    engine::{progress::Progress, step_error},
    error::{Designed, Exit},
};

/// Why a run does not go past a question, or an answer is not taken.
#[derive(Debug, thiserror::Error)]
pub enum ConfirmError {
    /// Nobody has said yes.
    #[error("`{step}` waits for a person: {question}")]
    Open {
        /// The step's name.
        step: String,
        /// The question.
        question: String,
        /// The plan, as the user wrote it.
        plan: PathBuf,
    },
    /// An answer to a question that no run has come to.
    #[error("`{step}` is not open: no run has come to it since the plan was changed")]
    NotOpen {
        /// The step's name.
        step: String,
        /// The plan, as the user wrote it.
        plan: PathBuf,
    },
    /// The plan has no such question.
    #[error("the plan has no step `{step}` that asks a question")]
    NoSuchStep {
        /// What was asked for.
        step: String,
        /// The steps that ask, by name.
        questions: Vec<String>,
    },
}

impl step_error::Failure for ConfirmError {
    fn exit(&self, _: Progress) -> Exit {
        match self {
            Self::Open { .. } => Exit::PartWay,
            Self::NotOpen { .. } => Exit::Refused,
            Self::NoSuchStep { .. } => Exit::Usage,
        }
    }

    fn hints(&self, progress: Progress) -> Vec<String> {
        match self {
            Self::Open { step, plan, .. } => vec![
                format!(
                    "to say yes: `tlsplan confirm {} \"{step}\"`, then run again",
                    plan.display()
                ),
                progress.describe(),
            ],
            Self::NotOpen { plan, .. } => vec![
                format!(
                    "the steps before it come first: `tlsplan apply {}` ends with 20 when it has come to the question",
                    plan.display()
                ),
                progress.describe(),
            ],
            Self::NoSuchStep { questions, .. } if questions.is_empty() => {
                vec!["no step of the plan has `confirm`".to_owned()]
            }
            Self::NoSuchStep { questions, .. } => {
                vec![format!("steps that ask: {}", questions.join(", "))]
            }
        }
    }
}

impl Designed for ConfirmError {
    fn exit(&self) -> Exit {
        step_error::Failure::exit(self, Progress::Untouched)
    }

    fn hints(&self) -> Vec<String> {
        step_error::Failure::hints(self, Progress::Untouched)
    }
}
