//! One thing that is wrong, on one host or on several alike.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::CheckId;
use crate::{name::HostName, text::list};

/// Whether a finding stops a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Nothing is begun.
    Refusal,
    /// It is told, and the run goes on.
    Warning,
}

/// What a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "name", rename_all = "snake_case")]
pub enum Subject {
    /// A file on the hosts.
    File(String),
    /// The hosts' clocks.
    Clock,
    /// The servers on the hosts.
    Server,
    /// Something on the machine that tlsplan runs on.
    Here(String),
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Which check.
    pub id: CheckId,
    /// Whether it stops a run.
    pub severity: Severity,
    /// The hosts it holds for; none where it is about this machine.
    pub hosts: Vec<HostName>,
    /// What on them.
    pub subject: Subject,
    /// What was seen.
    pub seen: String,
    /// What to do.
    pub fix: String,
}

impl Finding {
    /// The finding in words for a line that names the host already.
    #[must_use]
    pub fn describe(&self) -> String {
        let subject = match &self.subject {
            Subject::File(path) => format!("`{path}`"),
            Subject::Clock => "its clock".to_owned(),
            Subject::Server => "its server".to_owned(),
            Subject::Here(what) => what.clone(),
        };
        format!("{}: {subject}: {}", self.id, self.seen)
    }

    /// Whether it says the same of other hosts.
    fn is_like(&self, other: &Self) -> bool {
        (self.id, self.severity, &self.subject) == (other.id, other.severity, &other.subject)
            && (&self.seen, &self.fix) == (&other.seen, &other.fix)
    }
}

/// What is the same on several hosts is said once.
pub(super) fn gathered(findings: Vec<Finding>) -> Vec<Finding> {
    let mut gathered: Vec<Finding> = Vec::new();
    for finding in findings {
        match gathered.iter_mut().find(|one| one.is_like(&finding)) {
            Some(one) => {
                let new = finding.hosts.into_iter().filter(|host| !one.hosts.contains(host));
                let new: Vec<_> = new.collect();
                one.hosts.extend(new);
            }
            None => gathered.push(finding),
        }
    }
    gathered
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hosts = list(&self.hosts);
        let subject = match &self.subject {
            Subject::File(path) => format!("`{path}` on {hosts}"),
            Subject::Clock => format!("the clock of {hosts}"),
            Subject::Server => format!("the server on {hosts}"),
            Subject::Here(what) => what.clone(),
        };
        write!(f, "{}: {subject}: {}", self.id, self.seen)
    }
}
