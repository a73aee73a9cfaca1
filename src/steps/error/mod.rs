//! Why steps stop: small errors by operation, each with its exit code and hints.

mod act;
mod failure;
mod hints;
mod lease;
mod membership;
mod observe;
mod paused;

pub use act::ActError;
pub use failure::Failure;
pub(crate) use hints::{explained, list, rough};
pub use lease::LeaseLost;
pub use membership::MembershipError;
pub use observe::ObserveError;
pub use paused::Paused;

use crate::engine::step_error;

/// A failure with how far its run had come.
pub type StepError = step_error::StepError<Failure>;
