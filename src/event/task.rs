//! What is being done on a host while it takes time, and what was last seen there meanwhile.

use serde::{Deserialize, Serialize};

use crate::{
    cluster::mode::TlsMode,
    name::{HostName, UnitName},
};

/// What is being done on a host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Task {
    /// The connection is being made.
    Connecting,
    /// The server was started not long ago and does not answer yet.
    AwaitingServer,
    /// The clients of a member finish their operations before it is stopped.
    Draining,
    /// Members that replicate from this one are sent to the primary.
    RedirectingFollowers,
    /// The primary is asked to step down.
    SteppingDown,
    /// The unit is being restarted.
    Restarting {
        /// The unit.
        unit: UnitName,
    },
    /// The connection broke during a restart: the host is asked whether it happened.
    ResolvingRestart,
    /// A restarted member has to answer and to catch up.
    AwaitingReady,
    /// The dead-man's switch is confirmed over a new connection.
    Confirming,
    /// The member gets its old configuration file back.
    Reverting,
    /// The configuration file is replaced.
    ReplacingFile,
    /// The running mode is changed.
    SettingMode {
        /// The new mode.
        mode: TlsMode,
    },
    /// The change is verified by the member and by its peers.
    Verifying,
    /// A canary mongod is started on the new file.
    StartingCanary,
    /// The host opens TLS connections to every member, with the certificate of its server.
    DialingPeers,
    /// The replica set has to be healthy before the next change.
    AwaitingSet {
        /// What the health check found.
        blocked_by: String,
    },
    /// A client still speaks plaintext.
    AwaitingClient {
        /// Its application, or its driver.
        client: String,
        /// Its address.
        address: String,
    },
    /// A `wait` step holds the run.
    Waiting {
        /// The step.
        step: String,
    },
    /// No client of this host speaks plaintext, and that has to last.
    AwaitingPlaintextSilence,
}

/// What was last seen on a host while something is awaited there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Observation {
    /// An operation of a client that still runs.
    ClientOperation {
        /// Who runs it: application and address.
        client: String,
        /// How many others run.
        others: usize,
    },
    /// Why the member does not count as ready yet, often in the server's own words.
    NotReady {
        /// The reason.
        reason: String,
    },
}

impl From<String> for Observation {
    fn from(reason: String) -> Self {
        Self::NotReady { reason }
    }
}

impl super::Event {
    /// Work on a host.
    #[must_use]
    pub fn working(host: &HostName, task: Task) -> Self {
        Self::Working { host: host.clone(), task }
    }
}
