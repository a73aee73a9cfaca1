//! The resolved plan: what shall be true. Everything is concrete; the engine has no choices left.
//!
//! Only `resolve` makes one, after every problem of the file has been reported.

mod action;
mod host;
mod instance;
mod machine;
mod plan;
mod step;
mod wait;

pub use action::{Action, ClientsGate, Confirm, Direction, TlsModeStep, Via};
pub use host::PlanHost;
pub use instance::{InstanceSettings, TemplateFile};
pub use machine::{Machine, SshSettings};
pub use plan::{Parallelism, Plan, PlanSum, Rollback, SetRules};
pub use step::Step;
pub use wait::Wait;
