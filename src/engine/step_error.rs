//! Why a run stopped, with how far it had come.

use std::{error::Error, fmt};

use super::progress::Progress;
use crate::error::{Designed, Exit};

/// Why a step stopped, as its kind tells it. What it ends the run with and what is safe now depend on how
/// far the run had come, and only the engine knows that.
pub trait Failure: Error + Send + Sync + 'static {
    /// The exit code that it asks for.
    fn exit(&self, progress: Progress) -> Exit;

    /// What to do next, one `hint:` line each.
    fn hints(&self, progress: Progress) -> Vec<String>;
}

/// A failure stamped with the run's progress. It adds no words of its own to the failure's.
#[derive(Debug)]
pub struct StepError<F> {
    progress: Progress,
    failure: F,
}

impl<F: Failure> StepError<F> {
    /// Stamps a failure.
    pub fn new(failure: F, progress: Progress) -> Self {
        Self { progress, failure }
    }
}

impl<F: Failure> fmt::Display for StepError<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.failure, f)
    }
}

impl<F: Failure> Error for StepError<F> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.failure.source()
    }
}

impl<F: Failure> Designed for StepError<F> {
    fn exit(&self) -> Exit {
        self.failure.exit(self.progress)
    }

    fn hints(&self) -> Vec<String> {
        self.failure.hints(self.progress)
    }
}
