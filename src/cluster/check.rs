//! What is looked at before the first change, and what was found wrong.

use std::fmt;

use crate::name::HostName;

/// The number of a check, by which a plan waives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CheckId {
    /// A certificate's extended key usage allows what it is used for.
    P1,
    /// A chain leads from it to a root in the CA file.
    P2,
    /// The CA file holds a CA.
    P3,
    /// It covers the member's name in its set.
    P4,
    /// It is valid now.
    P5,
    /// Key and certificate belong together and can be read.
    P6,
    /// The service's user can read the files, and nobody else the keys.
    P7,
    /// Every process of the cluster is in the plan.
    P11,
    /// Every member reaches every other one by TLS while the set is at allowTLS.
    P25,
    /// It is valid for long enough.
    P31,
}

/// Whether a finding stops a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is begun.
    Refusal,
    /// It is told, and the run goes on.
    Warning,
}

/// One thing that is wrong on one host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which check.
    pub id: CheckId,
    /// Whether it stops a run.
    pub severity: Severity,
    /// The host.
    pub host: HostName,
    /// The file there.
    pub file: String,
    /// What was seen, and why it matters.
    pub seen: String,
    /// What to do.
    pub fix: String,
}

impl fmt::Display for CheckId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: `{}` on `{}`: {}", self.id, self.file, self.host, self.seen)
    }
}
