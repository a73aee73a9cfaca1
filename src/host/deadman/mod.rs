//! The dead-man's switch: a host that puts its old file back by itself if the new one is not confirmed.
//!
//! It is armed before a file changes, with a timer of systemd and a guard for the next boot, and
//! confirmed over a new connection once the service is known to be healthy. One rename on the host
//! decides between revert and confirmation, and the host's decision is what is reported.

mod arm;
mod error;
mod settle;
mod switch;

pub use arm::{ArmRequest, ProbeScript};
pub use error::ArmError;
pub use settle::SettleAction;
pub use switch::{Phase, RevertOutcome, SettleReport, SwitchId, SwitchStatus};
