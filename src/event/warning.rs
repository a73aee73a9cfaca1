//! What does not stop a run but has to be known.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::wire;
use crate::{
    cluster::{
        check::{CheckId, Finding},
        clients::VisibilityGap,
    },
    name::{HostName, MemberName},
};

/// Something that does not stop the run but has to be known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Warning {
    /// A check found something. Where the plan waives it, the reason stands in `seen`.
    Finding(Finding),
    /// The server belongs to a sharded cluster and does not say what else belongs to it.
    ClusterNotReadable {
        /// Why not.
        error: String,
    },
    /// A process of the cluster is on no host of the plan.
    UnmanagedProcess {
        /// The process.
        process: MemberName,
        /// What it is there, and which host's server knows it.
        description: String,
        /// The plan's reason to go on, where it waives the check.
        waived: Option<String>,
    },
    /// A member cannot reach another one by TLS, and the plan waives that.
    PeerTlsWaived {
        /// The host of the member that was not reached.
        to: HostName,
        /// That member.
        member: MemberName,
        /// What stands between them.
        description: String,
        /// The plan's reason to go on.
        reason: String,
    },
    /// The host cannot open TLS connections to its peers, so they were not tried.
    PeerTlsNotTried {
        /// Why not.
        error: String,
    },
    /// `shutdownTimeoutMillisForSignaledShutdown` was lowered for a stop that did not come, and could
    /// not be put back.
    StopSleepNotRestored {
        /// The value that it should have.
        #[serde(with = "wire::seconds")]
        wanted: Duration,
        /// Why not.
        error: String,
    },
    /// An earlier run was cut in the middle of a restart; that is finished first.
    EarlierRunUnfinished,
    /// The dead-man's switch of a host could not be taken away.
    SwitchStillArmed {
        /// Why not.
        error: String,
    },
    /// A restart on this host has not been confirmed.
    RestartNotConfirmed,
    /// The host is putting its old file back by itself.
    HostReverting,
    /// Directories in which root looks for tools can be written to by others.
    WritableSearchPath {
        /// The directories.
        directories: Vec<String>,
    },
    /// Another run works on this host.
    RunAtWork {
        /// Who it is.
        owner: String,
    },
    /// The plan waives the gate of a step `clients`.
    GateWaived {
        /// The step.
        step: String,
        /// The check that is waived.
        check: CheckId,
        /// The plan's reason.
        reason: String,
    },
    /// The servers do not tell plaintext from TLS yet, so the gate is held again later.
    GateBlind {
        /// The step.
        step: String,
        /// Why they do not.
        why: VisibilityGap,
    },
    /// A signal came: what was begun is finished first.
    StopRequested,
    /// A second signal came: a member that is not back soon gets its old file.
    StopIsUrgent {
        /// How long it is waited for.
        #[serde(with = "wire::seconds")]
        after: Duration,
    },
    /// A journal ends with a line that was not written to its end.
    JournalTorn {
        /// The file.
        journal: String,
    },
    /// A journal of format 1 cannot be read and is left out.
    JournalSkipped {
        /// The file.
        journal: String,
        /// Why not.
        error: String,
    },
    /// The run is done, and no evidence of its end could be collected.
    NoEvidence {
        /// Why not.
        error: String,
    },
    /// What a server or a host said, in its own words.
    RemoteWords {
        /// The words.
        words: String,
    },
}
