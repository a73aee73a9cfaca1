//! What earlier runs of a plan left open.
//!
//! The newest runs are read back to one that converged: it looked at every host, so what was open
//! before it is settled. A run that is still at work is left out; nobody knows yet what it leaves.

use std::path::{Path, PathBuf};

use super::{
    data::{Begin, absolute},
    error::JournalError,
    record::{Left, Tail},
    runs::{Found, Runs},
};

/// What is still open.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// The acts, the newest run first, each run's in their order.
    pub left: Vec<Left>,
    /// The journals with a last line that was left out because it is not whole.
    pub torn: Vec<PathBuf>,
}

/// The newest runs of a plan that have ended, the newest first. What cannot be read is left out: it is
/// told elsewhere.
#[must_use]
pub fn past(runs: &Runs, plan: &Path, most: usize) -> Vec<(String, Begin, Option<u8>)> {
    let plan = absolute(plan);
    let names = runs.newest_first().unwrap_or_default().into_iter();
    let records = names.filter_map(|run| match runs.find(&run, |begin| begin.path == plan) {
        Ok(Found::Record(record)) => Some((run, record.begin.clone(), record.exit())),
        _ => None,
    });
    records.take(most).collect()
}

impl History {
    /// Reads what the runs of a plan left. A damaged journal on the way is an error, as is one that
    /// does not say whose it is.
    pub fn of(runs: &Runs, plan: &Path) -> Result<Self, JournalError> {
        let (plan, mut history) = (absolute(plan), Self::default());
        for run in runs.newest_first()? {
            let Found::Record(record) = runs.find(&run, |begin| begin.path == plan)? else {
                continue;
            };
            if record.converged() {
                break;
            }
            if record.tail == Tail::Torn {
                history.torn.push(runs.journal(&run));
            }
            history.left.extend(record.left);
        }
        Ok(history)
    }
}
