//! What came of the checks: what is told, and what stops the run.

use crate::{
    cluster::check::{Finding, Verdict},
    engine::failure::{Closing, Failure},
    event::{Event, Sink},
    name::HostName,
};

/// What came of the checks.
#[derive(Debug, Default)]
pub struct Checked {
    /// What was found.
    pub verdict: Verdict,
    /// The hosts whose certificates were looked at and found right.
    pub sound: Vec<HostName>,
}

impl Checked {
    /// Tells what does not stop the run, but for what a person was told already.
    pub fn tell(&self, events: &dyn Sink, told: &[Finding]) {
        if !self.sound.is_empty() {
            let fact = "certificates: chain, names, dates, keys".to_owned();
            events.emit(Event::Checked { hosts: self.sound.clone(), fact });
        }
        for warning in self.verdict.warnings.iter().filter(|warning| !told.contains(warning)) {
            let (host, text) = match warning.hosts.as_slice() {
                [host] => (Some(host.clone()), warning.words()),
                _ => (None, warning.to_string()),
            };
            events.emit(Event::Warning { host, text });
        }
    }

    /// What stops it, one failure for each thing that has to be put right.
    #[must_use]
    pub fn refusals(&self) -> Vec<Failure> {
        let last = self.verdict.refusals.len().saturating_sub(1);
        let failure = |(number, finding): (usize, &Finding)| {
            let closing = if number == last { Closing::Last } else { Closing::More };
            Failure::Unfit { finding: finding.clone(), closing }
        };
        self.verdict.refusals.iter().enumerate().map(failure).collect()
    }
}
