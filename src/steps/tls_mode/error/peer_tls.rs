//! TLS that does not get through: between members, or from here to a member.

use crate::{
    cluster::peer_tls_check::{PairFailure, PairFailures},
    engine::{progress::Progress, step_error},
    error::{Exit, look_error::LookError},
    name::HostName,
    steps::error::explained,
};

/// How many different things are told to put right; the next run tells the rest.
const FIXES_AT_ONCE: usize = 4;

/// Why nobody is told to speak TLS.
#[derive(Debug, thiserror::Error)]
pub enum PeerTlsFailed {
    /// Members would not reach each other by TLS.
    #[error("{} of {pairs} pairs of members do not reach each other by TLS, which is all they would have from preferTLS on", .gaps.iter().count())]
    Members {
        /// Who does not reach whom, and why.
        #[source]
        gaps: PairFailures,
        /// How many pairs were tried.
        pairs: usize,
        /// Why servers closed connections, in their own words.
        log: Vec<(HostName, String)>,
        /// Where the members are now.
        at: MembersAt,
    },
    /// TLS does not get through to a member, so plaintext must not be switched off.
    #[error("`{host}` cannot be reached by TLS, and the next step would leave no other way")]
    Unreachable {
        /// The host.
        host: HostName,
        /// What was met with.
        #[source]
        source: LookError,
    },
}

/// Where the members were when they tried to reach each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MembersAt {
    /// All of them at allowTLS.
    AllowTls,
    /// Some further on, by an earlier run.
    Mixed,
}

impl step_error::Failure for PeerTlsFailed {
    fn exit(&self, _: Progress) -> Exit {
        Exit::Refused
    }

    fn hints(&self, progress: Progress) -> Vec<String> {
        let mut hints = match self {
            Self::Members { gaps, log, at, .. } => between(gaps, log, *at),
            Self::Unreachable { .. } => vec![
                "`[mongodb.client]` in the plan gives the controller a way of its own; mongosh on the host is the other".to_owned(),
            ],
        };
        hints.push(progress.describe());
        hints
    }
}

fn between(gaps: &PairFailures, log: &[(HostName, String)], at: MembersAt) -> Vec<String> {
    let mut hints: Vec<String> = Vec::new();
    for fix in gaps.iter().map(PairFailure::fix) {
        if !hints.contains(&fix) && hints.len() < FIXES_AT_ONCE {
            hints.push(fix);
        }
    }
    if gaps.iter().any(|gap| gap.why.is_about_files()) {
        hints.push("a server takes new files at its next restart; 5.0 and newer also by db.adminCommand({rotateCertificates: 1})".to_owned());
    }
    hints.extend(log.iter().map(|(host, line)| format!("the mongod log of `{host}` says: {line}")));
    hints.extend(explained(log.iter().map(|(_, line)| line.as_str())));
    let safe = match at {
        MembersAt::AllowTls => {
            "every member is at allowTLS and serves; nothing of this step was begun"
        }
        MembersAt::Mixed => "no member was moved in this run towards preferTLS",
    };
    hints.push(safe.to_owned());
    hints.push(
        "run again when it is mended; `[waive] P25 = \"REASON\"` in the plan goes on without"
            .to_owned(),
    );
    hints
}
