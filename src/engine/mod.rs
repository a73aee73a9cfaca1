//! The run: limits, signals, the journal, and an act between its two lines there. Knows no kind of step.

pub mod cancel;
pub mod host_limit;
pub mod journal;
pub mod journaled;
pub mod orders;
