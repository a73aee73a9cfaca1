//! What the operator wants of a run beside the plan: where, until when, and not any more.

use std::time::Duration;

use super::{cancel::Cancel, host_limit::HostLimit, journal::Journal};

/// The limits of one run.
pub struct RunOptions<'a> {
    /// Which hosts may be acted on.
    pub limit: HostLimit,
    /// Whether the run was asked to stop.
    pub cancel: Cancel,
    /// How much time there is.
    pub deadline: &'a dyn Deadline,
    /// The id of the run: what it arms on hosts bears it.
    pub run: String,
    /// Where it is written down what is about to be done.
    pub journal: &'a dyn Journal,
}

/// The maintenance window, by the clock of the controller.
pub trait Deadline: Send + Sync {
    /// How long something that is begun now may take; `None` where nothing limits it.
    fn left(&self) -> Option<Duration>;
}

/// No window.
pub struct Unlimited;

impl Deadline for Unlimited {
    fn left(&self) -> Option<Duration> {
        None
    }
}
