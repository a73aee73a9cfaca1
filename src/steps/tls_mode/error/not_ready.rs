//! A set that is not in a state in which the next thing may be done.

use std::time::Duration;

use crate::{
    cluster::health::NotNow,
    engine::{progress::Progress, step_error},
    error::Exit,
};

/// What stands in the way, after it was waited for.
#[derive(Debug, thiserror::Error)]
#[error("{doing} has to wait: {why}")]
pub struct NotReadyError {
    /// What was to be done.
    pub doing: String,
    /// What stands in the way.
    pub why: NotNow,
    /// How long it was waited for.
    pub waited: Duration,
    /// Why a member does not answer, where that is known.
    pub detail: Option<String>,
}

impl step_error::Failure for NotReadyError {
    fn exit(&self, progress: Progress) -> Exit {
        match (&self.why, progress) {
            (NotNow::Lag { .. }, Progress::Verified | Progress::Unverified) => Exit::PartWay,
            (NotNow::NoPrimary, Progress::Verified | Progress::Unverified) => Exit::Person,
            _ => Exit::Refused,
        }
    }

    fn hints(&self, progress: Progress) -> Vec<String> {
        let detail = self.detail.iter().map(|words| format!("last answer: {words}"));
        detail.chain([hint(&self.why), progress.describe()]).collect()
    }
}

fn hint(why: &NotNow) -> String {
    match why {
        NotNow::Votes { .. } | NotNow::WriteMajority { .. } => {
            "`accept_write_outage = true` under `[mongodb]` allows it, and writes stop meanwhile"
                .to_owned()
        }
        NotNow::Lag { member, .. } => format!("run again when `{member}` has caught up"),
        NotNow::NoSuccessor(_) => "a member with a priority above 0 has to be SECONDARY".to_owned(),
        NotNow::Silent(member) => {
            format!("bring `{member}` back, or take it out of the set, and run again")
        }
        NotNow::NoPrimary
        | NotNow::Disagreement { .. }
        | NotNow::NotInService { .. }
        | NotNow::Unreached { .. }
        | NotNow::UnitBusy(_)
        | NotNow::Armed(_)
        | NotNow::Slow(_)
        | NotNow::Stale { .. } => {
            "`tlsplan status` shows the whole set; run again when it is well".to_owned()
        }
    }
}
