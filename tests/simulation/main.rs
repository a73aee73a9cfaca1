//! The whole engine, unchanged, against a replica set in memory and under paused time.
//!
//! One seed is one story: a set, a plan, what goes wrong and when, and what a second run makes of
//! it. Every promise is checked after everything that happens. A story that breaks one prints the
//! command that tells it again.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a broken promise is a failed test, an index is a host's, and figures are printed"
)]

mod cells;
mod controller;
mod downhill;
mod fault;
mod fault_plan;
mod gate;
mod inject;
mod kinds;
mod left_out;
mod model;
mod node;
mod notes;
mod phase;
mod plan;
mod preflight;
mod recorder;
mod repair;
mod runner;
mod runs;
mod seeds;
mod setbacks;
mod sets;
mod story;
