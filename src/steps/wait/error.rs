//! What was waited for in vain.

use std::time::Duration;

use crate::{
    engine::{progress::Progress, step_error},
    error::Exit,
    steps::error::rough,
};

/// A wait that ran out.
#[derive(Debug, thiserror::Error)]
#[error("`{step}` was not so within {}", rough(*.waited))]
pub struct WaitError {
    /// The step's name.
    pub step: String,
    /// How long it was waited for.
    pub waited: Duration,
    /// Where it was not so, and what was seen there last.
    pub last_seen: Vec<String>,
}

impl step_error::Failure for WaitError {
    fn exit(&self, _: Progress) -> Exit {
        Exit::PartWay
    }

    fn hints(&self, progress: Progress) -> Vec<String> {
        let last = self.last_seen.iter().map(|words| format!("last seen: {words}"));
        let again = "run again when it is so, or give the step a longer `timeout`".to_owned();
        last.chain([again, progress.describe()]).collect()
    }
}
