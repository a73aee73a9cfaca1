//! A step of a plan.

use std::time::Duration;

use super::Action;
use crate::name::HostName;

/// One step.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its name, or words made from its action.
    pub name: String,
    /// The hosts it is for, in the plan's order.
    pub hosts: Vec<HostName>,
    /// Its deadline; `None` where the kind has its own and the plan gives none.
    pub timeout: Option<Duration>,
    /// What it does.
    pub action: Action,
}
