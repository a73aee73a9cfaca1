//! All oracles around one test, and their verdict.

use std::time::Duration;

use crate::{
    files::Reader,
    history::History,
    lab::{Host, Lab},
    monitor::{Availability, Monitor},
    shell_writer::ShellWriter,
    site::Site,
    traces::Traces,
    writer::{Access, Writer},
};

/// How long a writer may wait because of us: the step-down is ours, so is the handover. As a rule it
/// is one second; a follower that finds its new source late has taken four.
const LONGEST_STALL: Duration = Duration::from_secs(6);

/// The oracles at work.
pub(crate) struct Watch<'lab> {
    lab: &'lab Lab,
    monitor: Monitor,
    reader: Reader,
    traces: Traces,
    hand: Hand,
}

enum Hand {
    Driver(Box<Writer>),
    Shell(ShellWriter),
}

/// What the oracles saw, with everything that has no exception judged.
pub(crate) struct Seen {
    /// The writer's notes.
    pub(crate) history: History,
    /// The monitor's.
    pub(crate) availability: Availability,
    /// How often the files were read.
    pub(crate) looks: u64,
}

impl<'lab> Watch<'lab> {
    /// Begins to write, to ask and to read.
    pub(crate) fn start(lab: &'lab Lab, site: &Site) -> Self {
        let traces = Traces::before(lab);
        let monitor = Monitor::start(lab, site);
        let told = monitor.every_member_takes_tls();
        let hand = match lab.variable("LAB_SERVER") {
            "4.2" => Hand::Shell(ShellWriter::start(lab, told)),
            _ => Hand::Driver(Box::new(Writer::start(Access::new(lab, site), told))),
        };
        Self { lab, monitor, reader: Reader::start(lab), traces, hand }
    }

    /// Ends, and fails if a write was lost, two members were down at once, a file was seen in a
    /// state that `known` does not know, or a trace is left.
    pub(crate) fn end(self, known: impl Fn(&Host, &str) -> bool) -> Seen {
        let history = match self.hand {
            Hand::Driver(writer) => writer.end(),
            Hand::Shell(writer) => writer.end(self.lab),
        };
        let availability = self.monitor.end();
        availability.never_two_down();
        let looks = self.reader.end(known).iter().map(|seen| seen.looks).sum();
        self.traces.none_left(self.lab);
        let seen = Seen { history, availability, looks };
        println!("{seen}\n{}", seen.availability);
        seen
    }
}

impl Seen {
    /// Fails if a write failed, or waited longer than a step-down of ours takes.
    // promise: A3
    pub(crate) fn undisturbed(&self) -> &Self {
        let failures = (&self.history.plaintext_failures, &self.history.tls_failures);
        assert_eq!(failures, (&vec![], &vec![]), "writes failed");
        assert!(self.history.over_tls > 0, "nothing was written over TLS");
        let stall = self.history.longest_stall();
        assert!(stall < LONGEST_STALL, "{self}\n{}", self.availability);
        self
    }

    /// Fails unless there was exactly this number of elections.
    pub(crate) fn elections(&self, wanted: u64) -> &Self {
        assert_eq!(self.availability.elections(), wanted, "elections\n{}", self.availability);
        self
    }
}

impl std::fmt::Display for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let history = &self.history;
        write!(
            f,
            "   Watched  {} writes acknowledged ({} over TLS), {} + {} failed, longest stall {:.2?} until {:.1?}, \
             {} elections, {} outages of one member, {} looks at files",
            history.acknowledged(),
            history.over_tls,
            history.plaintext_failures.len(),
            history.tls_failures.len(),
            history.longest_stall(),
            history.stalled_until(),
            self.availability.elections(),
            self.availability.outages(),
            self.looks,
        )
    }
}
