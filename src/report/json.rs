//! JSON lines on standard output, as `docs/events.md` documents them.

use std::io;

use jiff::Timestamp;
use serde::Serialize;

use super::{
    explained::Explained,
    failure,
    finding::{Finding, Record},
    left_open::LeftOpen,
    outlook::Outlook,
    past_run::PastRun,
    settings::Loudness,
    sink::Sink,
    status::StatusRow,
    stream::Stream,
};
use crate::{
    cluster::clients::{ObservedClient, VisibilityGap},
    error::{Designed, Exit},
    event::{Event, Evidence, wire},
    name::HostName,
};

/// The sink for programs.
pub(super) struct Json {
    out: Stream,
    /// Where the last words go when standard output cannot take them.
    err: Stream,
    loudness: Loudness,
}

/// What stands in every line.
#[derive(Serialize)]
struct Stamped<T> {
    time: String,
    #[serde(flatten)]
    entry: T,
}

/// The lines that are no events of a run.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Extra<'a> {
    Error {
        message: String,
        causes: Vec<String>,
        hints: Vec<String>,
        #[serde(serialize_with = "wire::code")]
        exit: Exit,
    },
    Problem(Record<'a>),
    Status(&'a StatusRow),
    LeftOpen(&'a LeftOpen),
    PastRun(&'a PastRun),
    Outlook(&'a Outlook),
    Explained(&'a Explained),
}

impl Json {
    pub(super) fn new(out: Stream, err: Stream, loudness: Loudness) -> Self {
        Self { out, err, loudness }
    }

    /// Writes what also somebody wants to hear who wants to hear of failures only.
    fn write(&mut self, entry: impl Serialize) {
        let time = format!("{:.3}", Timestamp::now());
        // Our own types have string keys and no failing parts, so there is always a line.
        if let Ok(line) = serde_json::to_string(&Stamped { time, entry }) {
            self.out.write(&format!("{line}\n"));
        }
    }

    fn write_unless_quiet(&mut self, entry: impl Serialize) {
        if self.loudness != Loudness::Quiet {
            self.write(entry);
        }
    }
}

impl Sink for Json {
    fn event(&mut self, event: &Event) {
        match event {
            Event::Finished { exit: Exit::Converged, .. } => self.write_unless_quiet(event),
            // How a run ended that did not converge is worth a line to everybody.
            Event::Finished { .. } => self.write(event),
            _ => self.write_unless_quiet(event),
        }
    }

    fn error(&mut self, error: &dyn Designed) {
        self.write(Extra::Error {
            message: error.to_string(),
            causes: failure::causes(error),
            hints: error.hints(),
            exit: error.exit(),
        });
    }

    fn findings(&mut self, findings: &[Finding]) {
        for finding in findings {
            self.write_unless_quiet(Extra::Problem(finding.into()));
        }
    }

    fn status(&mut self, rows: &[StatusRow], left: &[LeftOpen]) {
        for row in rows {
            self.write_unless_quiet(Extra::Status(row));
        }
        for left in left {
            self.write_unless_quiet(Extra::LeftOpen(left));
        }
    }

    fn evidence(&mut self, evidence: &[Evidence], runs: &[PastRun]) {
        for one in evidence {
            self.write_unless_quiet(Event::Evidence(Box::new(one.clone())));
        }
        for run in runs {
            self.write_unless_quiet(Extra::PastRun(run));
        }
    }

    fn clients(&mut self, clients: &[ObservedClient], blind: &[(HostName, VisibilityGap)]) {
        let (clients, blind) = (clients.to_vec(), blind.to_vec());
        self.write_unless_quiet(Event::Census { clients, blind });
    }

    fn outlook(&mut self, outlook: &Outlook) {
        self.write_unless_quiet(Extra::Outlook(outlook));
    }

    fn explained(&mut self, told: &[Explained]) {
        for told in told {
            self.write_unless_quiet(Extra::Explained(told));
        }
    }

    fn pause(&mut self) {}

    fn resume(&mut self) {}

    fn finish(&mut self, _exit: Exit) -> Option<io::Error> {
        let failure = self.out.take_failure();
        if failure.is_some() {
            std::mem::swap(&mut self.out, &mut self.err);
        }
        failure
    }
}
