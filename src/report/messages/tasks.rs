//! What is being done, and what is seen meanwhile.

use crate::event::{Observation, Task};

/// A verb in the present participle and its object.
pub(super) fn working(task: &Task) -> String {
    let fixed = match task {
        Task::Connecting => "connecting",
        Task::AwaitingServer => "waiting for the server to answer",
        Task::Draining => "waiting for its clients to finish",
        Task::RedirectingFollowers => "sending its followers to the primary",
        Task::SteppingDown => "asking the primary to step down",
        Task::Restarting { unit } => return format!("restarting {unit}"),
        Task::ResolvingRestart => "the connection was lost; looking whether the restart happened",
        Task::AwaitingReady => "waiting until it is back",
        Task::Confirming => "confirming it over a new connection",
        Task::Reverting => "putting it back on its old configuration file",
        Task::ReplacingFile => "replacing the configuration file",
        Task::SettingMode { mode } => return format!("setting the running mode to {mode}"),
        Task::Verifying => "proving it from both sides over fresh connections",
        Task::StartingCanary => "starting a canary mongod on the new file",
        Task::DialingPeers => "dialling every member by TLS, as its server will",
        Task::AwaitingSet { blocked_by } => {
            return format!("waiting for the set: {blocked_by}");
        }
        Task::AwaitingClient { client, address } => {
            return format!("waiting for `{client}` at {address}");
        }
        Task::Waiting { step } => return format!("waiting: {step}"),
        Task::AwaitingPlaintextSilence => "waiting for the clients to be silent in plaintext",
    };
    fixed.to_owned()
}

/// What was last seen.
pub(super) fn seen(seen: &Observation) -> String {
    match seen {
        Observation::ClientOperation { client, others: 0 } => {
            format!("waiting for an operation of {client}")
        }
        Observation::ClientOperation { client, others } => {
            format!("waiting for an operation of {client} and {others} more")
        }
        Observation::NotReady { reason } => reason.clone(),
    }
}
