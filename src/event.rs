//! What happens, as data. The engine emits events and never prints; readers turn them into text.
//!
//! An event is a typed fact without English: `report::messages` has the words. A [`Record`] is an event
//! with its time, run, step and machine; the stream of records is what the terminal, JSON lines and the
//! journal read, and it can be read back. The JSON form is documented in `docs/events.md`.

mod client;
mod evidence;
mod explained;
mod fact;
mod preview;
mod problem;
mod record;
mod recorder;
mod run;
mod status;
mod task;
mod warning;
pub(crate) mod wire;

pub use client::DatabaseClient;
pub use evidence::{CertificateSeen, Evidence, Modes, Probe};
pub use explained::Explained;
pub use fact::Fact;
pub use preview::{Act, FileDiff, PlannedAct, Preview, StepPreview, StepStatus, Unknown};
pub use problem::{Excerpt, Place, Problem, ProblemSeverity, Related};
pub use record::{Record, VERSION};
pub use recorder::{Reader, Recorder};
pub use run::{ActResult, Begin, ErrorReport, Intent, Outcome, RunResult};
pub use status::{LeftOpen, PastRun, Pending, StatusRow};
pub use task::{Observation, Task};
pub use warning::Warning;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{
    cluster::{
        clients::{ObservedClient, VisibilityGap},
        mode::TlsMode,
        topology::MemberState,
    },
    error::{Designed, Exit},
    name::{HostName, MemberName, UnitName},
};

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The first event of a run that keeps a journal.
    RunStarted(Begin),
    /// What the plan holds.
    PlanLoaded {
        /// The plan's name.
        name: String,
        /// The names of the steps, in order.
        steps: Vec<String>,
        /// The hosts, in the plan's order.
        hosts: Vec<HostName>,
    },
    /// Work on a host that may take a while; replaces the host's earlier `working`.
    Working {
        /// The host.
        host: HostName,
        /// What is being done.
        task: Task,
    },
    /// What was last seen of a host while something is awaited there; adds to its `working`.
    Waiting {
        /// The host.
        host: HostName,
        /// What was seen.
        seen: Observation,
    },
    /// Something on hosts was checked and found right.
    Checked {
        /// The hosts it holds for.
        hosts: Vec<HostName>,
        /// What was found.
        fact: Fact,
    },
    /// Every client of every server, as a gate saw them at its end, or as `status` sees them.
    Census {
        /// Those in plaintext first, server by server.
        #[serde(with = "wire::clients")]
        clients: Vec<ObservedClient>,
        /// The servers that do not tell plaintext from TLS, and why.
        #[serde(with = "wire::blind")]
        blind: Vec<(HostName, VisibilityGap)>,
    },
    /// Which host runs which member, in the order in which members will be worked on.
    Ordered {
        /// Host and member, the primary last.
        #[serde(with = "wire::members")]
        members: Vec<(HostName, MemberName, MemberState)>,
    },
    /// A step begins.
    StepStarted {
        /// Counted from 1.
        number: usize,
        /// How many there are.
        of: usize,
        /// Its name.
        name: String,
    },
    /// A step ended; `changed` counts what it did, zero when it was met already.
    StepFinished {
        /// Counted from 1.
        number: usize,
        /// Its name.
        name: String,
        /// How many changes it made.
        changed: usize,
        /// How long it took.
        #[serde(with = "wire::seconds")]
        took: Duration,
    },
    /// An act is about to be begun. It is in the journal and on disk before that.
    Intent(Intent),
    /// How an act ended.
    Outcome(Outcome),
    /// What a file would become or became, as a unified diff without secrets.
    Diff {
        /// The host.
        host: HostName,
        /// The file on the host.
        path: String,
        /// The unified diff.
        diff: String,
    },
    /// A file was replaced.
    FileChanged {
        /// The host.
        host: HostName,
        /// The file on the host.
        path: String,
        /// The options that changed: "net.tls.mode disabled -> allowTLS".
        change: String,
    },
    /// The primary stepped down and another member was elected.
    SteppedDown {
        /// The host that was primary.
        host: HostName,
        /// The host that is primary now.
        primary: HostName,
        /// From the request to the first look that saw the new primary.
        #[serde(with = "wire::seconds")]
        took: Duration,
    },
    /// A unit was restarted and its member is ready by its own word, the primary's, and the oplog.
    Restarted {
        /// The host.
        host: HostName,
        /// The unit.
        unit: UnitName,
        /// The state it came back in.
        state: MemberState,
        /// From the stop to the proof.
        #[serde(with = "wire::seconds")]
        took: Duration,
        /// How far behind the primary it was then.
        #[serde(with = "wire::seconds")]
        lag: Duration,
    },
    /// A member's running mode was changed and read back.
    ModeChanged {
        /// The host.
        host: HostName,
        /// Before.
        from: TlsMode,
        /// After.
        to: TlsMode,
        /// Who changed it.
        by: DatabaseClient,
        /// Who read it back.
        read_by: DatabaseClient,
    },
    /// A restarted member is healthy and stays on its new file, although the set is not: another member
    /// is failing. Its host will not revert it.
    Kept {
        /// The host.
        host: HostName,
        /// Its state.
        state: MemberState,
    },
    /// A restarted member did not come up in its new mode, and is reverted now.
    Failed {
        /// The host.
        host: HostName,
        /// The unit.
        unit: UnitName,
    },
    /// A host got its old file back after a failure, and that was verified.
    Reverted {
        /// The host.
        host: HostName,
        /// The member's state; unknown where an earlier run's revert was waited for.
        state: Option<MemberState>,
        /// The mode it runs in; the same.
        mode: Option<TlsMode>,
        /// From the failure to the proof.
        #[serde(with = "wire::seconds")]
        took: Duration,
    },
    /// Something that does not stop the run but has to be known.
    Warning {
        /// The host, where it is about one.
        host: Option<HostName>,
        /// What it is.
        warning: Warning,
    },
    /// What is true of a server, at the end of a run that changed something and in `status`.
    Evidence(Box<Evidence>),
    /// How a run ended that ended without an error.
    Finished {
        /// How it ended.
        #[serde(with = "wire::code")]
        exit: Exit,
        /// How many changes it made.
        changed: usize,
        /// How long it took.
        #[serde(with = "wire::seconds")]
        took: Duration,
    },
    /// An error that ends a command.
    Error(ErrorReport),
    /// The last event of a run that keeps a journal.
    RunEnded {
        /// How it ended.
        #[serde(with = "wire::code")]
        exit: Exit,
        /// The same in one word.
        result: RunResult,
    },
    /// Mistakes in the plan; the error that counts them follows.
    Problems {
        /// In the order of the file.
        problems: Vec<Problem>,
    },
    /// What a run would do.
    Preview(Preview),
    /// The state of the hosts, and what earlier runs left open there.
    Status {
        /// One per host.
        hosts: Vec<StatusRow>,
        /// The newest run first.
        left_open: Vec<LeftOpen>,
    },
    /// Who ran the plan before.
    PastRuns {
        /// The newest first.
        runs: Vec<PastRun>,
    },
    /// What a server's words mean.
    Explained(Explained),
    /// Stands in a journal for an event that was too large for a line.
    Truncated {
        /// Its kind.
        kind: String,
        /// How large it was.
        bytes: usize,
    },
    /// Read back from a newer version of the program; never written.
    #[serde(other)]
    Unknown,
}

impl Event {
    /// An error with its causes and hints.
    #[must_use]
    pub fn error(error: &dyn Designed) -> Self {
        Self::Error(ErrorReport::new(error))
    }

    /// The host, where it is about exactly one.
    #[must_use]
    pub fn host(&self) -> Option<&HostName> {
        match self {
            Self::Working { host, .. }
            | Self::Waiting { host, .. }
            | Self::Diff { host, .. }
            | Self::FileChanged { host, .. }
            | Self::SteppedDown { host, .. }
            | Self::Restarted { host, .. }
            | Self::ModeChanged { host, .. }
            | Self::Kept { host, .. }
            | Self::Failed { host, .. }
            | Self::Reverted { host, .. } => Some(host),
            Self::Warning { host, .. } => host.as_ref(),
            Self::Evidence(evidence) => Some(&evidence.host),
            Self::Intent(intent) => intent.host.as_ref(),
            Self::Outcome(outcome) => outcome.host.as_ref(),
            Self::Checked { hosts, .. } => match hosts.as_slice() {
                [host] => Some(host),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Where events go. Called from the one task that runs the plan, so order is the order of truth.
pub trait Sink: Send + Sync {
    /// Takes an event. Must not block for long.
    fn emit(&self, event: Event);
}
