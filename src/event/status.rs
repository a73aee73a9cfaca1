//! What `status` knows of a host, and what earlier runs of the plan did.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::wire;
use crate::{
    cluster::{mode::TlsMode, topology::MemberState},
    name::HostName,
};

/// One host. What could not be found out is `None`, and `problem` says why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusRow {
    /// The host.
    pub host: HostName,
    /// The member that runs there, by its own word.
    pub member: Option<String>,
    /// Its state, by its own word.
    pub state: Option<MemberState>,
    /// The mode it runs in.
    pub mode: Option<TlsMode>,
    /// The mode in its configuration file: what a restart would bring.
    pub file_mode: Option<TlsMode>,
    /// How far it is behind the primary.
    #[serde(rename = "lag_seconds", with = "wire::maybe_seconds")]
    pub lag: Option<Duration>,
    /// The last day of its certificate.
    pub certificate_expires: Option<String>,
    /// The days until then.
    pub certificate_days: Option<i64>,
    /// The version of its server.
    pub version: Option<String>,
    /// What `apply` would do there.
    pub pending: Option<Pending>,
    /// Why something is not known, or what is wrong.
    pub problem: Option<String>,
}

/// What is left to do on a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Pending {
    /// The file in place has a mode that the running set does not talk to.
    RestartWouldCutOff {
        /// The mode in the file.
        file_mode: TlsMode,
    },
    /// The plan leads to this mode.
    Mode {
        /// The mode.
        mode: TlsMode,
    },
}

/// An act of which an earlier run did not say how it ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOpen {
    /// The run.
    pub run: String,
    /// When it was about to be begun, in UTC.
    pub begun: String,
    /// The host; `None` for several at once.
    pub host: Option<HostName>,
    /// What was to be done.
    pub what: String,
    /// Why the outcome was not known; `None` where the run ended without a word.
    pub reason: Option<String>,
}

/// A run that has ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastRun {
    /// Its id; it begins with the time of its start, in UTC.
    pub run: String,
    /// Who ran it.
    pub user: String,
    /// On which machine.
    pub controller: String,
    /// With which version of the program.
    pub tlsplan: String,
    /// The exit code; `None` where the run was cut off.
    pub exit: Option<u8>,
}

impl StatusRow {
    /// A host of which nothing is known.
    #[must_use]
    pub const fn unknown(host: HostName) -> Self {
        Self {
            host,
            member: None,
            state: None,
            mode: None,
            file_mode: None,
            lag: None,
            certificate_expires: None,
            certificate_days: None,
            version: None,
            pending: None,
            problem: None,
        }
    }
}
