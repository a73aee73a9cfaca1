//! What a run can do on a machine, whatever runs there. A simulated machine implements the same trait.

use std::{future::Future, time::Duration};

use super::lease::{LeaseError, Owner};
use crate::{error::node_error::NodeError, name::HostName};

/// One machine of the plan.
pub trait Machine: Send + Sync {
    /// The name of the first host of the plan that is on it.
    fn name(&self) -> &HostName;

    /// What machines are sorted by before their leases are taken, so that two runs meet at the first:
    /// `/etc/machine-id`.
    fn id(&self) -> String;

    /// Has the lease of a machine that is this one under another address.
    fn share_lease(&self, other: &Self, owner: &Owner);

    /// Takes the machine for a run.
    fn take(&self, owner: &Owner) -> impl Future<Output = Result<(), LeaseError>> + Send;

    /// Gives the machine back.
    fn release(&self) -> impl Future<Output = ()> + Send;

    /// Who works on the machine now, in its own words.
    fn owner(&self) -> impl Future<Output = Option<String>> + Send;

    /// Whether the machine still takes orders from this run.
    fn held(&self) -> impl Future<Output = Result<(), NodeError>> + Send;

    /// Runs a program as root, for its exit status. It has to do no harm when it is run again.
    fn try_command(
        &self,
        argv: &[String],
        deadline: Duration,
    ) -> impl Future<Output = Result<CommandEnd, NodeError>> + Send;

    /// Opens a connection from the machine to a port, and closes it.
    fn dial(&self, address: &str, port: u16) -> impl Future<Output = Result<(), NodeError>> + Send;

    /// What is on record of a question: since when it is open, and its answer.
    fn question(&self, key: &str)
    -> impl Future<Output = Result<QuestionRecord, NodeError>> + Send;

    /// Puts a question or its answer on record.
    fn record(
        &self,
        key: &str,
        entry: QuestionEntry,
    ) -> impl Future<Output = Result<(), NodeError>> + Send;

    /// Forgets every question and answer.
    fn forget_questions(&self) -> impl Future<Output = Result<(), NodeError>> + Send;
}

/// How a program ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandEnd {
    /// Its exit status.
    pub status: u32,
    /// The last line that it printed, made safe to print.
    pub last_line: String,
}

/// What a machine has on record of a question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QuestionRecord {
    /// Since when it is open, seconds since the epoch by the machine's clock.
    pub opened: Option<i64>,
    /// Who answered and when, as recorded.
    pub answer: Option<Answer>,
}

/// A person's yes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Login and machine of the person.
    pub who: String,
    /// Seconds since the epoch by the machine's clock.
    pub at: i64,
}

/// What is put on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QuestionEntry {
    /// The question is open from now on; an answer from before does not count any more.
    Open,
    /// This person says yes, now.
    Yes {
        /// Login and machine of the person.
        who: String,
    },
}
