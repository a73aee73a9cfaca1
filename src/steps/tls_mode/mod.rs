//! The `tls_mode` step: bring every member of the cluster to a mode, one safe act at a time.

mod advance;
pub mod armed;
mod back;
mod begin;
mod by_tls;
mod check;
pub mod config_files;
pub mod decide;
pub mod descend;
mod drain;
pub mod error;
pub mod forecast;
mod gate;
pub mod goal;
mod innocent;
mod kind;
pub mod plan_files;
pub mod preflight;
mod previous;
mod prove;
mod put_back;
mod rehearse;
mod restart;
pub mod rollback_files;
mod round;
mod sent;
mod set_mode;
pub mod set_run;
pub mod settle;
mod sources;
pub mod state;
mod step;
mod step_down;
mod switch;
mod verify;
pub mod wanted;
mod write;

pub use back::URGENT;
pub use step::{end_well, step};

use std::time::Duration;

/// Between two looks while a human waits. A look is one round trip; the host sets the real pace.
const POLL: Duration = Duration::from_millis(25);
