//! An act between its two lines in the journal.
//!
//! What cannot be written down is not begun. But what was begun comes to its end, journal or not: a
//! member that is down is not left down for want of a line.

use std::future::Future;

use super::journal::{Came, Intent, Journal};
use crate::member::error::{NodeError, Outcome};

/// Whether an act begins something or ends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// It may as well not be done.
    Begins,
    /// Without it something stays half done.
    Ends,
}

/// Does the work between intent and outcome.
pub async fn journalled<T>(
    journal: &dyn Journal,
    weight: Weight,
    intent: Intent<'_>,
    work: impl Future<Output = Result<T, NodeError>>,
) -> Result<T, NodeError> {
    let ticket = match journal.intent(&intent) {
        Ok(ticket) => Some(ticket),
        Err(cause) if weight == Weight::Begins => return Err(NodeError::not_done(cause)),
        Err(_) => None,
    };
    let done = work.await;
    if let Some(ticket) = ticket {
        let came = match &done {
            Ok(_) => Came::Done,
            Err(error) if error.outcome == Outcome::NotDone => Came::NotDone(error.chain()),
            Err(error) => Came::Unknown(error.chain()),
        };
        journal.outcome(ticket, &came);
    }
    done
}
