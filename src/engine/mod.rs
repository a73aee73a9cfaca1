//! The run: its steps one after the other, limits, signals, leases, the journal, and how far it had come.
//!
//! It knows no kind of step and no database.

pub mod cancel;
pub mod host_limit;
pub mod journal;
pub mod journaled;
pub mod leases;
pub mod progress;
pub mod run;
pub mod run_options;
pub mod step_error;
