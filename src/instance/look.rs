//! What is told of a member and what is asked of it: plain data between the engine and a node.

use std::time::Duration;

use crate::{
    cluster::{
        certificate::PemFile, clock::Skew, config::VerifyMode, peer_tls_check::DialAttempt,
        topology::ServerView,
    },
    error::node_error::NodeError,
    event::DatabaseClient,
    host::{
        deadman::{SwitchId, SwitchStatus},
        digest::Digest,
        replace::Change,
        unit::Incarnation,
    },
};

/// Everything about one host at one moment.
#[derive(Debug)]
pub struct Look {
    /// The unit.
    pub unit: UnitNow,
    /// The configuration file.
    pub file: FileNow,
    /// A change of the file that nobody has confirmed yet.
    pub switch: Option<SwitchStatus>,
    /// The server, or why it is silent.
    pub server: Result<Reading, NodeError>,
}

/// Files of a server's identity as they lie on its host.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The host's own clock, seconds since the epoch.
    pub clock: i64,
    /// How far that is from the controller's.
    pub skew: Skew,
    /// The files in the order in which they were asked for.
    pub files: Vec<PemFile>,
}

/// What a server said and which client heard it.
#[derive(Clone, Debug)]
pub struct Reading {
    /// What it said.
    pub view: ServerView,
    /// Who asked.
    pub client: DatabaseClient,
}

/// The configuration file in place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileNow {
    /// Its text.
    pub text: String,
    /// Its SHA-256.
    pub digest: Digest,
}

impl FileNow {
    /// A text with its sum.
    #[must_use]
    pub fn new(text: String) -> Self {
        let digest = Digest::from_content(text.as_bytes());
        Self { text, digest }
    }
}

/// A change of the file: compare-and-swap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileChange {
    /// What the file must have now.
    pub seen: Digest,
    /// What it shall hold.
    pub text: String,
    /// Whether the way back ends with the file in place.
    pub kind: Change,
}

impl FileChange {
    /// From which bytes to which, as far as a person needs it to tell them apart.
    #[must_use]
    pub fn describe(&self) -> String {
        format!("{} to {}", self.seen.short(), Digest::from_content(self.text.as_bytes()).short())
    }

    /// Back from one known text to an older one.
    #[must_use]
    pub fn between(old: &str, new: &str) -> Self {
        let seen = Digest::from_content(old.as_bytes());
        Self { seen, text: new.to_owned(), kind: Change::Revert }
    }
}

/// What a host needs to know to help itself.
#[derive(Clone, Debug)]
pub struct Arm {
    /// The switch's name.
    pub id: SwitchId,
    /// The sum of the file in place.
    pub in_place: Digest,
    /// The file to go back to: the one in place, or where only a restart comes, an older one.
    pub old: FileNow,
    /// The text that will be in place; the same as now where only a restart comes.
    pub new: String,
    /// After this the host helps itself.
    pub within: Duration,
    /// How long the member may take to answer on its old file.
    pub start: Duration,
}

/// What came of dialling the members of a set.
#[derive(Clone, Debug)]
pub enum Rehearsal {
    /// The host cannot do it, and why.
    Unable(String),
    /// It was tried with each.
    Tried {
        /// What was seen, in the order in which the members were given.
        attempts: Vec<DialAttempt>,
        /// What the host's server would let pass.
        verify_mode: VerifyMode,
    },
}

/// The unit's state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitNow {
    /// What it is doing.
    pub activity: Activity,
    /// Which life of the process this is.
    pub life: Incarnation,
    /// How long this life has lasted.
    pub age: Option<Duration>,
    /// How long a stop may take before systemd kills; `None` is for ever.
    pub stop_timeout: Option<Duration>,
    /// systemd's words where it failed: result and exit status.
    pub result: String,
}

/// What a unit is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activity {
    /// Running, as far as systemd can tell.
    Active,
    /// On its way up or down.
    Changing,
    /// Not running.
    Stopped,
    /// Given up by systemd.
    Failed,
}

/// An operation of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunningOperation {
    /// The server's id of it; unique while the process lives.
    pub id: i64,
    /// Who runs it, in words: application and address.
    pub client: String,
}

/// Whether a connection made before will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fresh {
    /// Any connection.
    Any,
    /// A new one: modes are checked once per connection.
    New,
}

/// How much of the host a canary may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// Somebody waits for it.
    Now,
    /// Beside other work.
    Background,
}
