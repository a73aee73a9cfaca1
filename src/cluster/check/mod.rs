//! What is looked at before the first change, what was found wrong, and what of it stops a run. Pure.
//!
//! Each check has a number, by which a plan waives it. The table of all of them is `docs/checks.md`.

mod assessment;
mod finding;
mod id;

pub use assessment::{Assessment, Strictness};
pub use finding::{Finding, Severity, Subject};
pub use id::CheckId;
