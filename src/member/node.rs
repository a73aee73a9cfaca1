//! What the engine can do with one member: look, prove, write, restart, set, and nothing else.
//!
//! Every look is fresh. Every act says whether it may have happened when it fails; the engine then
//! looks again instead of asking again. A simulated cluster implements the same trait.

use std::{future::Future, time::Duration};

use super::error::NodeError;
use crate::{
    cluster::{
        certificate::PemFile,
        clients::{ClientReading, LogPlace},
        clock::Skew,
        config::Rigour,
        inventory::Neighbours,
        mode::TlsMode,
        rehearsal::Attempt,
        topology::{OpTime, ServerView},
    },
    host::{
        deadman::{Ended, SwitchId, SwitchNow, Wish},
        digest::Digest,
        replace::Origin,
    },
    mongo::database::Client,
    name::{HostName, MemberName},
};

/// One host of the plan with its member.
pub trait Node: Send + Sync {
    /// The host's name in the plan.
    fn host(&self) -> &HostName;

    /// Whether the host still takes orders from this run.
    fn held(&self) -> impl Future<Output = Result<(), NodeError>> + Send;

    /// The unit, the file and the server, all fresh.
    fn look(&self) -> impl Future<Output = Result<Look, NodeError>> + Send;

    /// Only the server, over a connection that did not exist before where `fresh` asks for it.
    fn view(&self, fresh: Fresh) -> impl Future<Output = Result<Reading, NodeError>> + Send;

    /// Only the unit.
    fn unit(&self) -> impl Future<Output = Result<UnitNow, NodeError>> + Send;

    /// What lies on the host under these paths, seen with the eyes of the service's user, and its clock.
    /// No private key leaves the host.
    fn identity(
        &self,
        paths: &[String],
    ) -> impl Future<Output = Result<Identity, NodeError>> + Send;

    /// Starts the real server on this file text beside the running one, with an empty data
    /// directory, and tells whether it comes up.
    fn canary(&self, text: &str, pace: Pace) -> impl Future<Output = Result<(), NodeError>> + Send;

    /// Replaces the file if it still has the old bytes.
    fn replace(&self, change: &FileChange) -> impl Future<Output = Result<(), NodeError>> + Send;

    /// The last versions of the file that were replaced on the host, the newest first.
    fn kept(&self) -> impl Future<Output = Result<Vec<String>, NodeError>> + Send;

    /// Restarts the unit, after replacing the file where a change is given, in one go on the host.
    fn restart(
        &self,
        change: Option<&FileChange>,
    ) -> impl Future<Output = Result<(), NodeError>> + Send;

    /// Arms the host: it goes back to the file in place by itself unless somebody confirms in time.
    fn arm(&self, arm: &Arm) -> impl Future<Output = Result<(), NodeError>> + Send;

    /// Has a switch settled, over a connection that did not exist before, and tells how it ended.
    /// It may be asked again when an answer was lost.
    fn settle(
        &self,
        id: &SwitchId,
        wish: Wish,
    ) -> impl Future<Output = Result<Ended, NodeError>> + Send;

    /// What the server knows of its cluster beyond its own set.
    fn neighbours(&self) -> impl Future<Output = Result<Neighbours, NodeError>> + Send;

    /// Dials these members by TLS from the host, with the files of its own server and as that will
    /// once it is at preferTLS.
    fn rehearse(
        &self,
        members: &[MemberName],
    ) -> impl Future<Output = Result<Rehearsal, NodeError>> + Send;

    /// Opens a new TLS connection to the server, as is the only way once plaintext is refused.
    fn reach_by_tls(&self) -> impl Future<Output = Result<(), NodeError>> + Send;

    /// Changes the running mode; tells who did it.
    fn set_mode(&self, mode: TlsMode) -> impl Future<Output = Result<Client, NodeError>> + Send;

    /// Asks the primary to step down, unforced.
    fn step_down(&self) -> impl Future<Output = Result<(), NodeError>> + Send;

    /// Empties the member's pools of connections to these members.
    fn drop_connections(
        &self,
        to: &[MemberName],
    ) -> impl Future<Output = Result<(), NodeError>> + Send;

    /// Asks a secondary to replicate from this member until something makes it choose anew.
    fn sync_from(&self, source: &MemberName) -> impl Future<Output = Result<(), NodeError>> + Send;

    /// On the primary: writes a no-op into the oplog and returns its place there.
    fn mark(&self) -> impl Future<Output = Result<OpTime, NodeError>> + Send;

    /// The operations of real clients that run now, by their ids.
    fn client_operations(
        &self,
    ) -> impl Future<Output = Result<Vec<RunningOperation>, NodeError>> + Send;

    /// Who is and was connected: all of the server's present life, or what is new since the last look.
    fn clients(
        &self,
        from: &LogPlace,
    ) -> impl Future<Output = Result<ClientReading, NodeError>> + Send;

    /// Sets how long a signalled stop sleeps and returns the value before; `None` where the server
    /// has no such sleep.
    fn set_stop_sleep(
        &self,
        sleep: Duration,
    ) -> impl Future<Output = Result<Option<Duration>, NodeError>> + Send;

    /// Remembers where the server's log ends now.
    fn mark_log(&self) -> impl Future<Output = ()> + Send;

    /// The server's log lines since [`Node::mark_log`], the most telling ones, made safe to print.
    fn log_since_mark(&self) -> impl Future<Output = Vec<String>> + Send;

    /// Begins what will be needed later and takes time to start; returns at once.
    fn warm_up(&self);
}

/// Everything about one host at one moment.
#[derive(Debug)]
pub struct Look {
    /// The unit.
    pub unit: UnitNow,
    /// The configuration file.
    pub file: FileNow,
    /// A change of the file that nobody has confirmed yet.
    pub switch: Option<SwitchNow>,
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
    pub client: Client,
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
    pub fn of(text: String) -> Self {
        let digest = Digest::of(text.as_bytes());
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
    pub origin: Origin,
}

impl FileChange {
    /// From which bytes to which, as far as a person needs it to tell them apart.
    #[must_use]
    pub fn words(&self) -> String {
        format!("{} to {}", self.seen.short(), Digest::of(self.text.as_bytes()).short())
    }

    /// Back from one known text to an older one.
    #[must_use]
    pub fn between(old: &str, new: &str) -> Self {
        let seen = Digest::of(old.as_bytes());
        Self { seen, text: new.to_owned(), origin: Origin::Undone }
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
        attempts: Vec<Attempt>,
        /// What the host's server would let pass.
        rigour: Rigour,
    },
}

/// The unit's state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitNow {
    /// What it is doing.
    pub activity: Activity,
    /// Which life of the process this is.
    pub life: Life,
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

/// One life of a unit's process. Two equal ones with nothing in between mean: not restarted.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Life {
    /// `MainPID`
    pub pid: u32,
    /// `InvocationID`
    pub invocation: String,
    /// `NRestarts`
    pub restarts: u32,
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
