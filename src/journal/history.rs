//! What earlier runs of a plan left open.
//!
//! The newest runs are read back to one that converged: it looked at every host, so what was open
//! before it is settled. A run that is still at work is left out; nobody knows yet what it leaves.

use std::path::{Path, PathBuf};

use super::{
    begin::absolute,
    error::JournalError,
    line_error::Damage,
    runs::{Found, Runs},
    summary::{OpenIntent, Tail},
};
use crate::event::Begin;

/// What is still open.
#[derive(Debug, Default)]
pub struct History {
    /// The acts, the newest run first, each run's in their order.
    pub open: Vec<OpenIntent>,
    /// The journals with a last line that was left out because it is not whole.
    pub torn: Vec<PathBuf>,
    /// The journals of format 1 that cannot be read and were left out.
    pub skipped: Vec<(PathBuf, Damage)>,
}

/// The newest runs of a plan that have ended, the newest first. What cannot be read is left out: it is
/// told elsewhere.
#[must_use]
pub fn past(runs: &Runs, plan: &Path, most: usize) -> Vec<(String, Begin, Option<u8>)> {
    let plan = absolute(plan);
    let names = runs.newest_first().unwrap_or_default().into_iter();
    let past = names.filter_map(|run| match runs.find(&run, |begin| begin.path == plan) {
        Ok(Found::Summary(past)) => Some((run, past.begin.clone(), past.exit())),
        _ => None,
    });
    past.take(most).collect()
}

impl History {
    /// Reads what the runs of a plan left. A damaged journal on the way is an error, as is one that
    /// does not say whose it is.
    pub fn of(runs: &Runs, plan: &Path) -> Result<Self, JournalError> {
        let (plan, mut history) = (absolute(plan), Self::default());
        for run in runs.newest_first()? {
            match runs.find(&run, |begin| begin.path == plan)? {
                Found::AtWork | Found::Nothing => {}
                Found::Skipped(damage) => history.skipped.push((runs.journal(&run), damage)),
                Found::Summary(summary) if summary.converged() => break,
                Found::Summary(summary) => {
                    if summary.tail == Tail::Torn {
                        history.torn.push(runs.journal(&run));
                    }
                    history.open.extend(summary.open);
                }
            }
        }
        Ok(history)
    }
}
