//! What the operator wants of a run beside the plan: where, until when, and not any more.

use std::time::Duration;

use super::{cancel::Cancel, host_limit::HostLimit, journal::Journal};
use crate::cluster::check::Finding;

/// The limits of one run.
pub struct Orders<'a> {
    /// Which hosts may be acted on.
    pub acting: HostLimit,
    /// Whether somebody wants it to stop.
    pub cancel: Cancel,
    /// How much time there is.
    pub time: &'a dyn TimeLeft,
    /// The id of the run: what it arms on hosts bears it.
    pub run: String,
    /// What the checks had to tell a person who then agreed: it is not told again.
    pub agreed: Vec<Finding>,
    /// Where it is written down what is about to be done.
    pub journal: &'a dyn Journal,
}

/// The maintenance window, as the clock of the controller has it.
pub trait TimeLeft: Send + Sync {
    /// How long something that is begun now may take; `None` where nothing limits it.
    fn left(&self) -> Option<Duration>;
}

/// No window.
pub struct Unlimited;

impl TimeLeft for Unlimited {
    fn left(&self) -> Option<Duration> {
        None
    }
}
