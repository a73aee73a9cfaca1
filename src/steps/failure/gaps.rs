//! What a rehearsal that failed leaves a person with: what to mend, and that nothing depends on it yet.

use super::hints::meanings;
use crate::{
    cluster::peer_tls_check::{PairFailure, PairFailures},
    name::HostName,
};

/// Where the members were when they tried to reach each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rehearsed {
    /// All of them at allowTLS.
    AtAllow,
    /// Some further on, by an earlier run.
    Between,
}

impl Rehearsed {
    /// What is safe now.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::AtAllow => {
                "every member is at allowTLS and serves; nothing of this step was begun".to_owned()
            }
            Self::Between => "no member was moved in this run towards preferTLS".to_owned(),
        }
    }
}

/// How many different things are said to mend; whoever mends these runs again.
const MENDED_AT_ONCE: usize = 4;

/// What mends them, what the servers said, and what is safe.
pub(super) fn hints(
    gaps: &PairFailures,
    log: &[(HostName, String)],
    rehearsed: Rehearsed,
) -> Vec<String> {
    let mut hints: Vec<String> = Vec::new();
    for fix in gaps.iter().map(PairFailure::fix) {
        if !hints.contains(&fix) && hints.len() < MENDED_AT_ONCE {
            hints.push(fix);
        }
    }
    if gaps.iter().any(|gap| gap.why.is_about_files()) {
        hints.push("a server takes new files at its next restart; 5.0 and newer also by db.adminCommand({rotateCertificates: 1})".to_owned());
    }
    hints.extend(log.iter().map(|(host, line)| format!("the mongod log of `{host}` says: {line}")));
    hints.extend(meanings(log.iter().map(|(_, line)| line.as_str())));
    hints.push(rehearsed.words());
    hints.push(
        "run again when it is mended; `[waive] P25 = \"REASON\"` in the plan goes on without"
            .to_owned(),
    );
    hints
}
