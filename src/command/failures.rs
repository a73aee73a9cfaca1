//! Failures of a run as a command tells them.

use crate::{
    engine::progress::Progress,
    error::{Designed, Exit},
    steps::error::{Failure, StepError},
};

/// Failures of a run that has not touched anything.
pub(super) fn untouched(failures: Vec<Failure>) -> Vec<StepError> {
    let stamp = |failure| StepError::new(failure, Progress::Untouched);
    failures.into_iter().map(stamp).collect()
}

/// The exit code of several failures.
pub(super) fn worst(failures: &[StepError]) -> Exit {
    let codes = failures.iter().map(Designed::exit);
    codes.reduce(Exit::worst).unwrap_or(Exit::Converged)
}
