//! Why a run stopped, as a person needs it: what was done, what was seen last, what is safe now.

use std::time::Duration;

use super::decide::Refusal;
use crate::{
    cluster::{health::NotNow, roster::Misfit},
    error::{Cause, Designed, Exit},
    member::error::{NodeError, Outcome},
    name::{HostName, UnitName},
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
    Misfit(Misfit),
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
        /// What happened.
        #[source]
        source: NodeError,
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
    /// What is left is outside `--limit`.
    #[error("the step is not finished: `--limit` leaves out {}", list(.0))]
    Limited(Vec<HostName>),
}

/// Whether a run had changed anything when it stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begun {
    /// Nothing was touched.
    No,
    /// Something was changed, and verified.
    Yes,
}

/// The last observation of a wait that ran out.
#[derive(Clone, Debug, thiserror::Error)]
#[error("last seen after {}s: {words}", .after.as_secs())]
pub struct LastSeen {
    /// When it was seen, from the start of the wait.
    pub after: Duration,
    /// What was seen.
    pub words: String,
}

/// What became of a host that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WayBack {
    /// On its old file, and back by every proof.
    Verified(String),
    /// Tried, and not proved.
    NotVerified(String),
    /// Not tried, with the reason.
    NotTried(String),
}

/// Names in backticks, for a sentence.
#[must_use]
pub fn list(hosts: &[HostName]) -> String {
    let names: Vec<_> = hosts.iter().map(|host| format!("`{host}`")).collect();
    names.join(", ")
}

impl Designed for Failure {
    fn exit(&self) -> Exit {
        match self {
            Self::Look { source, .. } | Self::Canary { source, .. } | Self::Act { source, .. } => {
                source.exit()
            }
            Self::Silent { .. }
            | Self::Misfit(_)
            | Self::Refused(_)
            | Self::NoTls { .. }
            | Self::Restarted { .. } => Exit::Refused,
            Self::Wanted { source, .. } => source.exit(),
            Self::NotNow { why, begun, .. } => not_now(why, *begun),
            Self::Unknown { .. } => Exit::Unknown,
            Self::NotBack { way_back, .. } | Self::NotProved { way_back, .. } => match way_back {
                WayBack::Verified(_) => Exit::PutBack,
                WayBack::NotVerified(_) | WayBack::NotTried(_) => Exit::Person,
            },
            Self::Limited(_) | Self::StaysPrimary { .. } => Exit::PartWay,
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Look { source, begun, .. }
            | Self::Canary { source, begun, .. }
            | Self::Act { source, begun, .. } => with(source.hints(), begun.words()),
            Self::Silent { host, words, begun } => vec![
                format!("last seen: {words}"),
                format!("bring the server on `{host}` back, then run again"),
                begun.words(),
            ],
            Self::Wanted { source, .. } => {
                with(source.hints(), "nothing was touched in this step".to_owned())
            }
            Self::StaysPrimary { begun, .. } => vec![
                "it is asked, never forced; run again when a secondary has caught up".to_owned(),
                begun.words(),
            ],
            Self::Restarted { host } => vec![format!(
                "look at its log: it may crash from time to time; run again when `{host}` is stable"
            )],
            Self::NoTls { begun, .. } => vec![
                "`[mongodb.client]` in the plan gives the controller a way of its own; mongosh on the host is the other".to_owned(),
                begun.words(),
            ],
            Self::NotNow { why, begun, detail, .. } => {
                let mut hints: Vec<_> =
                    detail.iter().map(|words| format!("last answer: {words}")).collect();
                hints.push(not_now_hint(why));
                hints.push(begun.words());
                hints
            }
            Self::Unknown { host, source, .. } => with(
                source.hints(),
                format!(
                    "no other host was touched; look at `{host}` with `tlsplan status`, then run again: it goes on from what is true"
                ),
            ),
            Self::NotBack { host, unit, log, way_back, .. }
            | Self::NotProved { host, unit, log, way_back, .. } => {
                aftermath(host, unit, log, way_back)
            }
            Self::Misfit(misfit) => vec![misfit_hint(misfit), Begun::No.words()],
            Self::Refused(refusal) => vec![refusal_hint(refusal)],
            Self::Limited(_) => vec!["run again without `--limit`, or with these hosts".to_owned()],
        }
    }
}

impl Begun {
    fn words(self) -> String {
        match self {
            Self::No => "nothing was touched on any host".to_owned(),
            Self::Yes => {
                "what was changed before is verified; run again to go on from there".to_owned()
            }
        }
    }
}

impl Failure {
    /// Sorts a failed act: not done, or not known.
    #[must_use]
    pub fn of_act(host: &HostName, doing: &'static str, begun: Begun, source: NodeError) -> Self {
        let host = host.clone();
        match source.outcome {
            Outcome::NotDone => Self::Act { host, doing, begun, source },
            Outcome::Unknown => Self::Unknown { host, doing, source },
        }
    }
}

fn with(mut hints: Vec<String>, last: String) -> Vec<String> {
    hints.push(last);
    hints
}

fn not_now(why: &NotNow, begun: Begun) -> Exit {
    match (why, begun) {
        (NotNow::Lag { .. }, Begun::Yes) => Exit::PartWay,
        (NotNow::NoPrimary, Begun::Yes) => Exit::Person,
        _ => Exit::Refused,
    }
}

fn not_now_hint(why: &NotNow) -> String {
    match why {
        NotNow::Votes { .. } | NotNow::WriteMajority { .. } => {
            "`accept_write_outage = true` under `[mongodb]` allows it, and writes stop meanwhile"
                .to_owned()
        }
        NotNow::Lag { member, .. } => format!("run again when `{member}` has caught up"),
        NotNow::NoSuccessor(_) => "a member with a priority above 0 has to be SECONDARY".to_owned(),
        NotNow::Silent(member) => {
            format!("bring `{member}` back, or take it out of the set, and run again")
        }
        NotNow::NoPrimary
        | NotNow::Disagreement { .. }
        | NotNow::NotInService { .. }
        | NotNow::Unreached { .. }
        | NotNow::UnitBusy(_)
        | NotNow::Slow(_)
        | NotNow::Stale { .. } => {
            "`tlsplan status` shows the whole set; run again when it is well".to_owned()
        }
    }
}

fn misfit_hint(misfit: &Misfit) -> String {
    match misfit {
        Misfit::Forgotten { member, .. } => {
            format!(
                "add a host for `{member}` under `[hosts]`: a plan names every member, arbiters and hidden ones too"
            )
        }
        Misfit::Twice { .. } => "give each member one host under `[hosts]`".to_owned(),
        Misfit::Stranger { host, .. } => {
            format!("take `{host}` out of the plan, or add its server to the set")
        }
    }
}

fn refusal_hint(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Barrier { needed, .. } => {
            format!("put a step with `tls_mode = \"{needed}\"` before this one")
        }
        Refusal::NotAtRuntime { .. } => {
            "leave `via` out of this step, or say `via = \"restart\"`".to_owned()
        }
        Refusal::Torn { low, high_mode, .. } => format!(
            "a person has to bring `{low}` closer first: write a mode next to {high_mode} into its file and restart it"
        ),
    }
}

fn aftermath(host: &HostName, unit: &UnitName, log: &[String], way_back: &WayBack) -> Vec<String> {
    let mut hints: Vec<_> = log.iter().map(|line| format!("the mongod log says: {line}")).collect();
    match way_back {
        WayBack::Verified(fact) => {
            hints.push(format!("`{host}` was put back on its old configuration: {fact}"));
            hints.push("no other host was touched since; mend the cause and run again".to_owned());
        }
        WayBack::NotVerified(words) | WayBack::NotTried(words) => {
            hints.push(format!("`{host}` needs a person now: {words}"));
            hints.push(format!(
                "on `{host}`: systemctl status {unit}; journalctl -u {unit} -n 50; ls -l /var/lib/tlsplan/prev"
            ));
            hints.push(format!(
                "to go back by hand: copy the file you want from /var/lib/tlsplan/prev (named by time) over the configuration, then systemctl reset-failed {unit}; systemctl start {unit}"
            ));
            hints.push("no other host is touched until this one is well".to_owned());
        }
    }
    hints
}
