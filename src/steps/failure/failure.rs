//! Why a run stopped, as a person needs it: what was done, what was seen last, what is safe now.

use std::time::Duration;

use super::{
    gaps::Rehearsed,
    plaintext::Held,
    stand::{Begun, Closing, LastSeen, WayBack},
};
use crate::{
    client::database::NoSet,
    cluster::{
        check::Finding, health::NotNow, membership::MembershipMismatch,
        peer_tls_check::PairFailures, peers::UnmanagedProcess,
    },
    error::{
        Cause, Designed, Exit,
        node_error::{NodeError, Outcome},
    },
    name::{HostName, UnitName},
    steps::tls_mode::decide::Refusal,
};

/// A run's end that is not the plan's.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A host could not be looked at.
    #[error("`{host}` could not be looked at")]
    Look {
        /// The host.
        host: HostName,
        /// Whether the run had changed something before.
        begun: Begun,
        /// What happened.
        #[source]
        source: NodeError,
    },
    /// A host is there, but its server does not answer.
    #[error("the server on `{host}` does not answer")]
    Silent {
        /// The host.
        host: HostName,
        /// What the unit is doing, and the last answer.
        words: String,
        /// Whether the run had changed something before.
        begun: Begun,
    },
    /// The plan names other hosts than the cluster has members.
    #[error(transparent)]
    MembershipMismatch(MembershipMismatch),
    /// A process of the cluster is not in the plan.
    #[error(transparent)]
    Outside(UnmanagedProcess),
    /// A host of the plan runs something else than a member.
    #[error("the server on `{host}` is a member of no replica set: {why}")]
    NoMember {
        /// The host.
        host: HostName,
        /// What the server says of itself.
        why: NoSet,
    },
    /// A check before the first step found what would go wrong in it.
    #[error("{finding}")]
    Unfit {
        /// What was found.
        finding: Finding,
        /// Whether others follow it.
        closing: Closing,
    },
    /// From here the step cannot be done.
    #[error(transparent)]
    Refused(Refusal),
    /// The wanted file cannot be made for a host.
    #[error("no configuration file can be made for `{host}`")]
    Wanted {
        /// The host.
        host: HostName,
        /// What is wrong with it.
        #[source]
        source: Cause,
    },
    /// The new file could not be proved by a canary, as a rule because the server refuses it.
    #[error("the new configuration file of `{host}` is not proved")]
    Canary {
        /// The host.
        host: HostName,
        /// Whether the run had changed something before.
        begun: Begun,
        /// What the server said.
        #[source]
        source: NodeError,
    },
    /// The set is not in a state in which the next thing may be done.
    #[error("{doing} has to wait: {why}")]
    NotNow {
        /// What was to be done.
        doing: String,
        /// What stands in the way.
        why: NotNow,
        /// How long it was waited for.
        waited: Duration,
        /// Whether the run had changed something before.
        begun: Begun,
        /// Why a silent member is silent, where that is known.
        detail: Option<String>,
    },
    /// An act on a host failed; it was not done.
    #[error("{doing} failed on `{host}`")]
    Act {
        /// The host.
        host: HostName,
        /// What was being done.
        doing: &'static str,
        /// Whether the run had changed something before.
        begun: Begun,
        /// What happened.
        #[source]
        source: NodeError,
    },
    /// Whether an act on a host was done could not be found out.
    #[error("whether {doing} on `{host}` was done is not known")]
    Unknown {
        /// The host.
        host: HostName,
        /// What was being done.
        doing: &'static str,
        /// When the host helps itself, where it is armed.
        heals: Option<Duration>,
        /// What happened.
        #[source]
        source: NodeError,
    },
    /// The host put itself back before it was confirmed.
    #[error(
        "`{host}` was proved, and had gone back to its old configuration before it was confirmed"
    )]
    Overruled {
        /// The host.
        host: HostName,
        /// Its unit.
        unit: UnitName,
        /// What became of the host.
        way_back: WayBack,
    },
    /// An earlier run left a host with a change that nobody confirmed, and its member was not well.
    #[error("an earlier run was cut in a restart of `{host}`, and its member did not come back")]
    LeftOver {
        /// The host.
        host: HostName,
        /// Its unit.
        unit: UnitName,
        /// What became of the host.
        way_back: WayBack,
    },
    /// The primary did not want to step down: nobody has caught up with it.
    #[error("`{host}` did not step down")]
    StaysPrimary {
        /// The host.
        host: HostName,
        /// Whether the run had changed something before.
        begun: Begun,
        /// What the server said.
        #[source]
        source: NodeError,
    },
    /// The lease of a host is gone: another run may be at work.
    #[error("`{host}` does not take orders from this run any more")]
    NotOurs {
        /// The host.
        host: HostName,
        /// Whether the run had changed something before.
        begun: Begun,
        /// What is known of it.
        #[source]
        source: NodeError,
    },
    /// A host cannot be worked on any more: it is away, or is another one, or does not let us in.
    #[error("`{host}` cannot be worked on any more")]
    Away {
        /// The host.
        host: HostName,
        /// Whether the run had changed something before.
        begun: Begun,
        /// What stands in the way.
        #[source]
        source: NodeError,
    },
    /// A member that was proved has been started again since, by nobody of ours.
    #[error("`{host}` was proved by this run and has been started again since")]
    Restarted {
        /// The host.
        host: HostName,
    },
    /// TLS does not get through to a member, so plaintext must not be switched off.
    #[error("`{host}` cannot be reached by TLS, and the next step would leave no other way")]
    NoTls {
        /// The host.
        host: HostName,
        /// Whether the run had changed something before.
        begun: Begun,
        /// What was met with.
        #[source]
        source: NodeError,
    },
    /// Members would not reach each other by TLS, so they are not told to.
    #[error("{} of {pairs} pairs of members do not reach each other by TLS, which is all they would have from preferTLS on", .gaps.iter().count())]
    Rehearsal {
        /// Whether the run had changed something before.
        begun: Begun,
        /// Who does not reach whom, and why.
        #[source]
        gaps: PairFailures,
        /// How many pairs were tried.
        pairs: usize,
        /// Why servers closed connections, in their own words.
        log: Vec<(HostName, String)>,
        /// Where the members are now.
        rehearsed: Rehearsed,
    },
    /// A member did not come back from a restart.
    #[error("`{host}` was not back within {}s of the restart of `{unit}`", .waited.as_secs())]
    NotBack {
        /// The host.
        host: HostName,
        /// Its unit.
        unit: UnitName,
        /// How long it was waited for.
        waited: Duration,
        /// What was seen last.
        #[source]
        last: LastSeen,
        /// The server's own words since the step began.
        log: Vec<String>,
        /// What became of the host.
        way_back: WayBack,
    },
    /// A member's new running mode could not be proved from both sides.
    #[error("`{host}` runs in the new mode, but its connections could not be proved within {}s", .waited.as_secs())]
    NotProved {
        /// The host.
        host: HostName,
        /// Its unit.
        unit: UnitName,
        /// How long it was waited for.
        waited: Duration,
        /// What was seen last.
        #[source]
        last: LastSeen,
        /// The server's own words since the step began.
        log: Vec<String>,
        /// What became of the host.
        way_back: WayBack,
    },
    /// Somebody wanted it to stop, and nothing is half done.
    #[error("stopped by a signal, with nothing half done")]
    Stopped {
        /// Whether the run had changed something before.
        begun: Begun,
    },
    /// The maintenance window closes before the next act would have to be over.
    #[error("{doing} may take {}, and the maintenance window closes in {}", rough(*.needs), rough(*.left))]
    WindowCloses {
        /// What would be next.
        doing: String,
        /// The longest it may take, the way back included.
        needs: Duration,
        /// How long the window stays open.
        left: Duration,
        /// Whether the run had changed something before.
        begun: Begun,
    },
    /// A gate for clients is not met.
    #[error(transparent)]
    Held(Held),
    /// What is left is outside `--limit`.
    #[error("the step is not finished: `--limit` leaves out {}", list(.0))]
    Limited(Vec<HostName>),
}

/// Names in backticks, for a sentence.
#[must_use]
pub fn list(hosts: &[HostName]) -> String {
    let names: Vec<_> = hosts.iter().map(|host| format!("`{host}`")).collect();
    names.join(", ")
}

/// Minutes where there are some, seconds otherwise.
pub(crate) fn rough(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..=119 => format!("{seconds}s"),
        seconds => format!("{}m", seconds / 60),
    }
}

impl Failure {
    /// Sorts a lost lease: in other hands, or out of reach.
    #[must_use]
    pub fn lost(host: &HostName, begun: Begun, source: NodeError) -> Self {
        let host = host.clone();
        match source.exit() {
            Exit::Locked => Self::NotOurs { host, begun, source },
            _ => Self::Away { host, begun, source },
        }
    }

    /// Sorts a failed act: not done, or not known.
    #[must_use]
    pub fn of_act(host: &HostName, doing: &'static str, begun: Begun, source: NodeError) -> Self {
        let host = host.clone();
        match source.outcome {
            Outcome::NotDone => Self::Act { host, doing, begun, source },
            Outcome::Unknown => Self::Unknown { host, doing, heals: None, source },
        }
    }
}
