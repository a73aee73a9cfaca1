//! The kinds of steps, one folder each, and what they share.

pub mod admission;
pub mod clients;
pub mod confirm;
pub mod error;
pub mod kind;
pub mod plan_run;
pub mod preview;
pub mod rollback_plan;
pub mod run;
pub mod survey;
pub mod tls_mode;
pub mod wait;
