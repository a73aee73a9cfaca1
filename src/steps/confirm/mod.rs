//! The kind `confirm`: hold the run until a person says yes.

mod error;
mod kind;
mod question;

pub use error::ConfirmError;
pub use question::{AskPerson, OnMachine, Question, State, forget};
