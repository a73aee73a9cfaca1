//! What `apply` would do, step by step, with what cannot be known yet.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::wire;
use crate::{
    cluster::mode::TlsMode,
    name::{HostName, UnitName},
};

/// What a run would do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// The steps in order.
    pub steps: Vec<StepPreview>,
    /// What cannot be known before the run.
    pub unknown: Vec<Unknown>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepPreview {
    /// Its name.
    pub name: String,
    /// Whether there is something to do.
    #[serde(flatten)]
    pub status: StepStatus,
    /// What would become of files.
    pub diffs: Vec<FileDiff>,
}

/// Whether a step has something to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum StepStatus {
    /// Everything is as it shall be.
    Met,
    /// Something would be done, in this order.
    Pending {
        /// One per host, or one for hosts that are worked on side by side.
        acts: Vec<PlannedAct>,
    },
}

/// What would be done on hosts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedAct {
    /// The hosts; none for the cluster as a whole.
    pub hosts: Vec<HostName>,
    /// What is done there.
    #[serde(flatten)]
    pub act: Act,
}

/// Something that a step would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Act {
    /// Replace the configuration file.
    WriteFile {
        /// The file.
        path: String,
        /// The options that change.
        change: String,
    },
    /// Replace the configuration file and restart.
    WriteFileAndRestart {
        /// The file.
        path: String,
        /// The options that change.
        change: String,
        /// The unit.
        unit: UnitName,
    },
    /// Restart on the file in place.
    Restart {
        /// The unit.
        unit: UnitName,
    },
    /// Ask the primary to step down.
    StepDown,
    /// Change the running mode.
    SetMode {
        /// The new mode.
        mode: TlsMode,
    },
    /// Verify the change by the member and by its peers.
    Verify,
    /// Hold the run until something is so.
    Wait {
        /// The step.
        step: String,
    },
    /// Hold the run until a person says yes.
    AskPerson {
        /// The question.
        question: String,
    },
    /// Wait until no client speaks plaintext.
    AwaitPlaintextSilence {
        /// How long the silence has to last.
        #[serde(with = "wire::seconds")]
        free_for: Duration,
    },
}

/// What would become of a file on a host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileDiff {
    /// The host.
    pub host: HostName,
    /// The file there.
    pub path: String,
    /// The unified diff without secrets.
    pub diff: String,
}

/// What cannot be known before a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unknown {
    /// Whether mongod starts on the new files: the canary shows it.
    CanaryResult,
    /// Which member is elected when the primary steps down.
    ElectedPrimary,
}

impl Preview {
    /// How many steps have something to do.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.steps.iter().filter(|step| !matches!(step.status, StepStatus::Met)).count()
    }
}
