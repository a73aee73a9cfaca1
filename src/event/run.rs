//! The frame of a run: its beginning, its acts and how they ended, its end, and its errors.

use std::error::Error;

use serde::{Deserialize, Serialize};

use super::wire;
use crate::{
    error::{Designed, Exit},
    name::HostName,
};

/// Who began a run, where, and on which plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begin {
    /// The plan's name.
    pub plan: String,
    /// The plan's file, as an absolute path: runs of one plan are told from others by it.
    pub path: String,
    /// Who ran it.
    pub user: String,
    /// On which machine.
    pub controller: String,
    /// As which process.
    pub pid: u32,
    /// The version of the program.
    pub tlsplan: String,
}

/// An act that is about to be begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// Counted from 1 in its run.
    pub number: u64,
    /// The host; `None` for several at once.
    pub host: Option<HostName>,
    /// What is done, in words that are the same each time: "restart".
    pub act: String,
    /// What exactly: "mongod.service, from disabled to allowTLS".
    pub detail: String,
}

/// How an act ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The number of the intent.
    pub of: u64,
    /// The host of the intent.
    pub host: Option<HostName>,
    /// How it ended.
    pub result: ActResult,
    /// Why it was not done, or why that is not known.
    pub reason: Option<String>,
}

/// How an act ended, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActResult {
    /// It was done.
    Done,
    /// It was not done.
    NotDone,
    /// Whether it was done is not known.
    Unknown,
}

/// How a run ended, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunResult {
    /// Everything was in place.
    Noop,
    /// Everything is in place now.
    Converged,
    /// Something is left to do, or something is wrong.
    Stopped,
}

/// An error that ends a command, with its causes and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorReport {
    /// The exit code that it asks for.
    #[serde(with = "wire::code")]
    pub exit: Exit,
    /// One lowercase sentence.
    pub message: String,
    /// From the nearest to the root.
    pub causes: Vec<String>,
    /// What is safe now, and the next command.
    pub hints: Vec<String>,
}

impl ErrorReport {
    /// An error with its causes. A cause that only repeats the message above it is left out.
    #[must_use]
    pub fn new(error: &dyn Designed) -> Self {
        let message = error.to_string();
        let (mut above, mut causes) = (message.clone(), Vec::new());
        let mut next: Option<&(dyn Error + 'static)> = error.source();
        while let Some(cause) = next {
            let words = cause.to_string();
            if words != above {
                causes.push(words.clone());
            }
            above = words;
            next = cause.source();
        }
        Self { exit: error.exit(), message, causes, hints: error.hints() }
    }
}
