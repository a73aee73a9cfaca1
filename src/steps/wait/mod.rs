//! The kind `wait`: hold the run until something is so.

mod error;
mod kind;

pub use error::WaitError;
