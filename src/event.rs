//! What happens, as data. The engine emits events and never prints; reporters only read them.
//!
//! The JSON form is documented in `docs/events.md`: one object per line, `event` names the kind.

mod client;
mod evidence;
pub(crate) mod wire;

pub use client::DatabaseClient;
pub use evidence::{CertificateSeen, Evidence, Modes, Probe};

use std::time::Duration;

use serde::Serialize;

use crate::{
    cluster::{
        clients::{ObservedClient, VisibilityGap},
        mode::TlsMode,
        topology::MemberState,
    },
    error::Exit,
    name::{HostName, MemberName, UnitName},
};

/// One thing that happened.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The first event of a run: what the plan holds.
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
        /// A verb in the present participle and its object: "waiting for SECONDARY".
        doing: String,
    },
    /// What was last seen of a host while something is awaited there; adds to its `working`.
    Seen {
        /// The host.
        host: HostName,
        /// What it looks like now: "RECOVERING, lag 41s".
        what: String,
    },
    /// Something on a host was looked at and found right.
    Checked {
        /// The hosts it holds for.
        hosts: Vec<HostName>,
        /// What was found, in words.
        fact: String,
    },
    /// Every client of every server, as a gate saw them at its end.
    Census {
        /// Those in plaintext first, server by server.
        #[serde(serialize_with = "wire::clients")]
        clients: Vec<ObservedClient>,
        /// The servers that do not tell plaintext from TLS, and why.
        #[serde(serialize_with = "wire::blind")]
        blind: Vec<(HostName, VisibilityGap)>,
    },
    /// Which host runs which member, in the order in which members will be worked on.
    Ordered {
        /// Host and member, the primary last.
        #[serde(serialize_with = "wire::members")]
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
        #[serde(serialize_with = "wire::seconds")]
        took: Duration,
    },
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
        /// What changed, in words: "net.tls.mode disabled -> allowTLS".
        change: String,
    },
    /// The primary gave up its office.
    SteppedDown {
        /// The host that was primary.
        host: HostName,
        /// The host that is primary now.
        primary: HostName,
        /// From the request to the first look that saw the new primary.
        #[serde(serialize_with = "wire::seconds")]
        took: Duration,
    },
    /// A unit was restarted and its member is back by its own word, the primary's, and the oplog.
    Restarted {
        /// The host.
        host: HostName,
        /// The unit.
        unit: UnitName,
        /// The state it came back in.
        state: MemberState,
        /// From the stop to the proof.
        #[serde(serialize_with = "wire::seconds")]
        took: Duration,
        /// How far behind the primary it was then.
        #[serde(serialize_with = "wire::seconds")]
        lag: Duration,
    },
    /// A member's running mode was changed and verified from both sides.
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
    /// A restarted member that could not be proved for another one's sake stays as it is, and its host
    /// will not put it back.
    Kept {
        /// The host.
        host: HostName,
        /// What it is like.
        fact: String,
    },
    /// A host was put back on its old file after a failure, and that was verified.
    PutBack {
        /// The host.
        host: HostName,
        /// What was verified.
        fact: String,
    },
    /// Something that does not stop the run but that a person should know.
    Warning {
        /// The host, where it is about one.
        host: Option<HostName>,
        /// What was seen and why it matters.
        text: String,
    },
    /// What is true of a server, at the end of a run that changed something and in `status`.
    Evidence(Box<Evidence>),
    /// What was being done when it failed; the error follows as the program's last words.
    Failed {
        /// The host, where it is about one.
        host: Option<HostName>,
        /// What was being done.
        doing: String,
    },
    /// The last event of a run that began.
    Finished {
        /// How it ended.
        #[serde(serialize_with = "wire::code")]
        exit: Exit,
        /// One sentence: "every member is at requireTLS; nothing had to be changed".
        summary: String,
        /// How long it took.
        #[serde(serialize_with = "wire::seconds")]
        took: Duration,
    },
}

/// Where events go. Called from the one task that runs the plan, so order is the order of truth.
pub trait Sink: Send + Sync {
    /// Takes an event. Must not block for long.
    fn emit(&self, event: Event);
}
