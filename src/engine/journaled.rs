//! An act between its two lines in the journal.
//!
//! What cannot be written down is not begun. What was begun comes to its end, with a journal or without: a
//! service that is down is not left down because a line is missing.

use std::future::Future;

use super::journal::{Came, Intent, Journal};
use crate::{
    error::node_error::{NodeError, Outcome},
    failpoint,
    name::HostName,
};

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
    let point = Point { host: intent.host.cloned(), act: intent.act };
    point.pass("intent");
    let ticket = match journal.intent(&intent) {
        Ok(ticket) => Some(ticket),
        Err(cause) if weight == Weight::Begins => return Err(NodeError::not_done(cause)),
        Err(_) => None,
    };
    point.pass("noted");
    let done = work.await;
    if let Some(ticket) = ticket {
        let came = match &done {
            Ok(_) => Came::Done,
            Err(error) if error.outcome == Outcome::NotDone => Came::NotDone(error.chain()),
            Err(error) => Came::Unknown(error.chain()),
        };
        journal.outcome(ticket, &came);
    }
    point.pass("done");
    done
}

/// Where a build for tests may die between two lines of the journal.
struct Point {
    host: Option<HostName>,
    act: &'static str,
}

impl Point {
    fn pass(&self, moment: &str) {
        let host = self.host.as_ref().map_or("all", HostName::as_str);
        failpoint::point(host, &format!("{}.{moment}", self.act.replace(' ', "_")));
    }
}
