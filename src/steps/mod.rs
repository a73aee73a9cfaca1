//! The kinds of steps, one folder each, and what they share.

pub mod clients;
pub mod context;
pub mod failure;
pub mod rollback_plan;
pub mod run;
pub mod survey;
pub mod tls_mode;
