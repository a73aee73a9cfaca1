//! A member that was restarted or moved, and could not be proved.

use std::time::Duration;

use crate::{
    engine::{progress::Progress, step_error},
    error::Exit,
    name::{HostName, UnitName},
    steps::error::explained,
};

/// Why a member is not where a step wanted it, and what became of it.
#[derive(Debug, thiserror::Error)]
pub enum RestartError {
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
        reverted: RevertResult,
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
        reverted: RevertResult,
    },
    /// The host reverted by itself before the run could confirm it.
    #[error("`{host}` was proved, and reverted itself before the run could confirm it")]
    RevertedBeforeConfirm {
        /// The host.
        host: HostName,
        /// Its unit.
        unit: UnitName,
        /// What became of the host.
        reverted: RevertResult,
    },
    /// An earlier run left a host with a change that nobody confirmed, and its member was not well.
    #[error("an earlier run was cut in a restart of `{host}`, and its member did not come back")]
    PendingFromEarlierRun {
        /// The host.
        host: HostName,
        /// Its unit.
        unit: UnitName,
        /// What became of the host.
        reverted: RevertResult,
    },
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
pub enum RevertResult {
    /// On its old file, and back by every proof.
    Verified(String),
    /// Tried, and not proved.
    NotVerified(String),
    /// Not tried, with the reason.
    NotTried(String),
}

impl RestartError {
    fn parts(&self) -> (&HostName, &UnitName, &[String], &RevertResult) {
        match self {
            Self::NotBack { host, unit, log, reverted, .. }
            | Self::NotProved { host, unit, log, reverted, .. } => (host, unit, log, reverted),
            Self::RevertedBeforeConfirm { host, unit, reverted }
            | Self::PendingFromEarlierRun { host, unit, reverted } => (host, unit, &[], reverted),
        }
    }
}

impl step_error::Failure for RestartError {
    fn exit(&self, _: Progress) -> Exit {
        match self.parts().3 {
            RevertResult::Verified(_) => Exit::PutBack,
            RevertResult::NotVerified(_) | RevertResult::NotTried(_) => Exit::Person,
        }
    }

    fn hints(&self, _: Progress) -> Vec<String> {
        let (host, unit, log, reverted) = self.parts();
        let quoted = log.iter().map(|line| format!("the mongod log says: {line}"));
        let mut hints: Vec<_> = quoted.collect();
        hints.extend(explained(log.iter().map(String::as_str)));
        match reverted {
            RevertResult::Verified(fact) => {
                hints.push(format!("`{host}` was put back on its old configuration: {fact}"));
                hints.push(
                    "no other host was touched since; mend the cause and run again".to_owned(),
                );
            }
            RevertResult::NotVerified(words) | RevertResult::NotTried(words) => {
                hints.extend(by_hand(host, unit, words));
            }
        }
        hints
    }
}

fn by_hand(host: &HostName, unit: &UnitName, words: &str) -> [String; 4] {
    [
        format!("`{host}` needs a person now: {words}"),
        format!(
            "on `{host}`: systemctl status {unit}; journalctl -u {unit} -n 50; ls -l /var/lib/tlsplan/prev"
        ),
        format!(
            "to go back by hand: copy the file you want from /var/lib/tlsplan/prev (named by time) over the configuration, then systemctl reset-failed {unit}; systemctl start {unit}"
        ),
        "no other host is touched until this one is well".to_owned(),
    ]
}
