//! What came of the checks: what is told, and what stops the run.

use crate::{
    cluster::check::{Assessment, Finding},
    event::{Event, Fact, Sink, Warning},
    name::HostName,
    steps::{
        error::Failure,
        tls_mode::error::{Follows, PreflightFailed},
    },
};

/// What came of the checks.
#[derive(Debug, Default)]
pub struct Checked {
    /// What was found.
    pub verdict: Assessment,
    /// The hosts whose certificates and keys were looked at and found right.
    pub sound: Vec<HostName>,
    /// Those of which that holds but for a key behind a pass phrase.
    pub locked: Vec<HostName>,
}

impl Checked {
    /// Tells what does not stop the run, but for what a person was told already.
    pub fn tell(&self, events: &dyn Sink, told: &[Finding]) {
        for (hosts, fact) in
            [(&self.sound, Fact::Certificates), (&self.locked, Fact::CertificatesWithLockedKey)]
        {
            if !hosts.is_empty() {
                events.emit(Event::Checked { hosts: hosts.clone(), fact });
            }
        }
        for warning in self.verdict.warnings.iter().filter(|warning| !told.contains(warning)) {
            let host = match warning.hosts.as_slice() {
                [host] => Some(host.clone()),
                _ => None,
            };
            events.emit(Event::Warning { host, warning: Warning::Finding(warning.clone()) });
        }
    }

    /// What stops it, one failure for each thing that has to be put right.
    #[must_use]
    pub fn refusals(&self) -> Vec<Failure> {
        let last = self.verdict.refusals.len().saturating_sub(1);
        let failure = |(number, finding): (usize, &Finding)| {
            let follows = if number == last { Follows::Nothing } else { Follows::More };
            PreflightFailed { finding: finding.clone(), follows }.into()
        };
        self.verdict.refusals.iter().enumerate().map(failure).collect()
    }
}
