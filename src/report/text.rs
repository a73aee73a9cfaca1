//! Text for people: permanent lines on standard output, the error on standard error, live lines
//! where there is a terminal.

use std::io;

use super::{
    clients,
    diff::{self, Shown},
    explained::Explained,
    failure,
    finding::{self, Finding},
    left_open::LeftOpen,
    line::{Level, Line},
    live::Live,
    one_line::OneLine,
    outlook::{self, Outlook},
    page::Page,
    past_run::PastRun,
    settings::Loudness,
    sink::Sink,
    status::{self, StatusRow},
    stream::Stream,
    words,
};
use crate::{
    cluster::clients::{ObservedClient, VisibilityGap},
    error::{Designed, Exit},
    event::{Event, Evidence},
    name::HostName,
};

/// A plan with more problems than this has one that repeats itself.
const MOST_FINDINGS: usize = 60;

/// The sink for people.
pub(super) struct Text {
    out: Printer,
    err: Printer,
    live: Option<Live>,
    loudness: Loudness,
    host_width: usize,
    shown: Shown,
    /// Lines on standard output so far: the error stands apart from them on a terminal.
    facts: usize,
    /// Under `--quiet`.
    unsaid: OneLine,
    paused: Option<Vec<(Target, String)>>,
}

/// A stream and what it is laid out for.
pub(super) struct Printer {
    pub stream: Stream,
    pub page: Page,
}

#[derive(Clone, Copy)]
enum Target {
    Out,
    Err,
}

impl Text {
    /// `live` only where both streams are the same terminal.
    pub(super) fn new(out: Printer, err: Printer, live: Option<Live>, loudness: Loudness) -> Self {
        let shown = Shown::default();
        Self {
            out,
            err,
            live,
            loudness,
            host_width: 0,
            shown,
            facts: 0,
            unsaid: OneLine::default(),
            paused: None,
        }
    }

    fn write(&mut self, target: Target, text: String) {
        if let Some(held) = &mut self.paused {
            held.push((target, text));
            return;
        }
        let stream = match target {
            Target::Out => {
                self.facts += 1;
                &mut self.out.stream
            }
            Target::Err => &mut self.err.stream,
        };
        match &self.live {
            Some(live) => live.above(|| stream.write(&text)),
            None => stream.write(&text),
        }
    }

    fn line(&mut self, line: &Line) {
        let wanted = match line.level {
            Level::Fact => true,
            Level::Detail => self.loudness == Loudness::Verbose,
        };
        if wanted {
            self.write(Target::Out, self.out.page.line(line, self.host_width));
        }
    }

    fn diff(&mut self, host: &HostName, path: &str, diff: &str) {
        if let Some(earlier) = self.shown.before(host, path, diff) {
            let path = format!("{path}: as shown for `{earlier}`");
            self.line(&diff::header([host], &path).detail());
        } else {
            self.line(&diff::header([host], path));
            self.write(Target::Out, diff::body(diff, &self.out.page));
        }
    }

    /// Live lines begin with work and end with a fact about their host.
    fn follow(&mut self, event: &Event) {
        let Some(live) = &mut self.live else { return };
        match event {
            Event::PlanLoaded { .. } => live.set_host_width(self.host_width),
            Event::Working { host, doing } => live.working(host, doing),
            Event::Seen { host, what } => live.seen(host, what),
            // Once all hosts are in order, what was done to get there is over.
            Event::Ordered { .. }
            | Event::StepFinished { .. }
            | Event::Failed { host: None, .. }
            | Event::Finished { .. } => {
                live.end_all();
            }
            Event::Diff { .. } | Event::Warning { .. } => {}
            fact => words::line(fact)
                .iter()
                .flat_map(|line| &line.hosts)
                .for_each(|host| live.end(host)),
        }
    }
}

impl Sink for Text {
    fn event(&mut self, event: &Event) {
        if self.loudness == Loudness::Quiet {
            self.unsaid.event(event);
            return;
        }
        if let Event::PlanLoaded { hosts, .. } = event {
            self.host_width = widest(hosts);
        }
        self.follow(event);
        match (event, words::line(event)) {
            // A terminal shows these in its live lines.
            (Event::Working { .. } | Event::Seen { .. }, _) if self.live.is_some() => {}
            (Event::Diff { host, path, diff }, _) => self.diff(host, path, diff),
            (_, Some(line)) => self.line(&line),
            (_, None) => {}
        }
    }

    fn error(&mut self, error: &dyn Designed) {
        if self.loudness == Loudness::Quiet {
            self.unsaid.error(error);
            return;
        }
        let block = failure::block(error, &self.err.page);
        let gap = if self.live.is_some() && self.facts > 0 { "\n" } else { "" };
        if let Some(live) = &mut self.live {
            live.end_all();
        }
        self.write(Target::Err, format!("{gap}{block}"));
    }

    fn findings(&mut self, findings: &[Finding]) {
        if self.loudness == Loudness::Quiet {
            return;
        }
        for finding in findings.iter().take(MOST_FINDINGS) {
            self.write(Target::Err, finding::render(finding, &self.err.page) + "\n");
        }
        if let Some(rest @ 1..) = findings.len().checked_sub(MOST_FINDINGS) {
            self.write(Target::Err, format!("and {rest} more\n\n"));
        }
    }

    fn status(&mut self, rows: &[StatusRow], left: &[LeftOpen]) {
        if self.loudness == Loudness::Quiet {
            self.unsaid.status(rows);
            return;
        }
        self.write(Target::Out, status::render(rows, left, &self.out.page));
    }

    /// For whoever wants to see it all; the table says the rest.
    fn evidence(&mut self, evidence: &[Evidence], runs: &[PastRun]) {
        for one in evidence {
            let line = words::line(&Event::Evidence(Box::new(one.clone())));
            if let Some(line) = line {
                self.line(&line.detail());
            }
        }
        for run in runs {
            self.line(&run.line().detail());
        }
    }

    fn clients(&mut self, clients: &[ObservedClient], blind: &[(HostName, VisibilityGap)]) {
        if self.loudness != Loudness::Quiet {
            let text = clients::render(clients, blind, &self.out.page);
            self.write(Target::Out, format!("\n{text}"));
        }
    }

    fn outlook(&mut self, outlook: &Outlook) {
        if self.loudness == Loudness::Quiet {
            return;
        }
        for diff in outlook.steps.iter().flat_map(|step| &step.diffs) {
            self.shown.before(&diff.host, &diff.path, &diff.diff);
        }
        self.write(Target::Out, outlook::render(outlook, &self.out.page));
    }

    fn explained(&mut self, told: &[Explained]) {
        if self.loudness == Loudness::Quiet {
            return;
        }
        for (number, told) in told.iter().enumerate() {
            let gap = if number > 0 { "\n" } else { "" };
            self.write(Target::Out, gap.to_owned());
            told.lines().iter().for_each(|line| self.line(line));
        }
    }

    fn pause(&mut self) {
        if let Some(live) = &self.live {
            // A screen that cannot be cleared is gone, and so is the person.
            let _ = live.hide();
        }
        self.paused.get_or_insert_default();
    }

    fn resume(&mut self) {
        for (target, text) in self.paused.take().into_iter().flatten() {
            self.write(target, text);
        }
        if let Some(live) = &self.live {
            live.show_again();
        }
    }

    fn finish(&mut self, exit: Exit) -> Option<io::Error> {
        // A signal may end the program while a question is open.
        self.resume();
        if let Some(live) = &mut self.live {
            live.end_all();
        }
        if let Some(line) = self.unsaid.take(exit) {
            self.write(Target::Err, line);
        }
        self.out.stream.take_failure()
    }
}

fn widest(hosts: &[HostName]) -> usize {
    hosts.iter().map(|host| console::measure_text_width(host.as_str())).max().unwrap_or(0)
}
