//! Text for people: permanent lines on standard output, the error on standard error, live lines
//! where there is a terminal.

use std::io;

use super::{
    clients,
    diff::{self, Shown},
    failure,
    layout::Layout,
    line::{Level, Line},
    live::Live,
    messages,
    output::Output,
    preview, problem,
    quiet::QuietLine,
    settings::Verbosity,
    status,
    stream::Stream,
};
use crate::{
    error::Exit,
    event::{ErrorReport, Event, Preview, Problem, Record},
    name::HostName,
};

/// A plan with more problems than this has one that repeats itself.
const MOST_PROBLEMS: usize = 60;

/// The output for people.
pub(super) struct Text {
    out: Printer,
    err: Printer,
    live: Option<Live>,
    verbosity: Verbosity,
    host_width: usize,
    shown: Shown,
    /// Lines on standard output so far: the error stands apart from them on a terminal.
    facts: usize,
    /// Under `--quiet`.
    unsaid: QuietLine,
    /// How many entries were explained so far: an empty line stands between two.
    explained: usize,
    paused: Option<Vec<(Target, String)>>,
}

/// A stream and what it is laid out for.
pub(super) struct Printer {
    pub stream: Stream,
    pub layout: Layout,
}

#[derive(Clone, Copy)]
enum Target {
    Out,
    Err,
}

impl Text {
    /// `live` only where both streams are the same terminal.
    pub(super) fn new(
        out: Printer,
        err: Printer,
        live: Option<Live>,
        verbosity: Verbosity,
    ) -> Self {
        let shown = Shown::default();
        Self {
            out,
            err,
            live,
            verbosity,
            host_width: 0,
            shown,
            facts: 0,
            unsaid: QuietLine::default(),
            explained: 0,
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
            Level::Detail => self.verbosity == Verbosity::Verbose,
        };
        if wanted {
            self.write(Target::Out, self.out.layout.line(line, self.host_width));
        }
    }

    fn diff(&mut self, host: &HostName, path: &str, diff: &str) {
        if let Some(earlier) = self.shown.before(host, path, diff) {
            let path = format!("{path}: as shown for `{earlier}`");
            self.line(&diff::header([host], &path).detail());
        } else {
            self.line(&diff::header([host], path));
            self.write(Target::Out, diff::body(diff, &self.out.layout));
        }
    }

    /// Live lines begin with work and end with a fact about their host.
    fn follow(&mut self, event: &Event, said: Option<&Line>) {
        let Some(live) = &mut self.live else { return };
        match (event, said) {
            (Event::PlanLoaded { .. }, _) => live.set_host_width(self.host_width),
            (Event::Working { host, .. }, Some(said)) => live.working(host, &said.fact),
            (Event::Waiting { host, .. }, Some(said)) => live.seen(host, &said.fact),
            // Once all hosts are in order, what was done to get there is over.
            (Event::Ordered { .. } | Event::StepFinished { .. } | Event::Finished { .. }, _) => {
                live.end_all();
            }
            (Event::Diff { .. } | Event::Warning { .. }, _) | (_, None) => {}
            (_, Some(said)) => {
                for host in &said.hosts {
                    live.end(host);
                }
            }
        }
    }

    fn error(&mut self, error: &ErrorReport) {
        let block = failure::block(error, &self.err.layout);
        let gap = if self.live.is_some() && self.facts > 0 { "\n" } else { "" };
        if let Some(live) = &mut self.live {
            live.end_all();
        }
        self.write(Target::Err, format!("{gap}{block}"));
    }

    fn problems(&mut self, problems: &[Problem]) {
        for problem in problems.iter().take(MOST_PROBLEMS) {
            self.write(Target::Err, problem::render(problem, &self.err.layout) + "\n");
        }
        if let Some(rest @ 1..) = problems.len().checked_sub(MOST_PROBLEMS) {
            self.write(Target::Err, format!("and {rest} more\n\n"));
        }
    }

    fn preview(&mut self, preview: &Preview) {
        for diff in preview.steps.iter().flat_map(|step| &step.diffs) {
            self.shown.before(&diff.host, &diff.path, &diff.diff);
        }
        self.write(Target::Out, preview::render(preview, &self.out.layout));
    }

    /// What is more than a line.
    fn block(&mut self, record: &Record) {
        match &record.event {
            Event::Diff { host, path, diff } => self.diff(host, path, diff),
            Event::Error(error) => self.error(error),
            Event::Problems { problems } => self.problems(problems),
            Event::Preview(preview) => self.preview(preview),
            Event::Status { hosts, left_open } => {
                self.write(Target::Out, status::render(hosts, left_open, &self.out.layout));
            }
            Event::PastRuns { runs } => {
                for run in runs {
                    self.line(&messages::past_run(run));
                }
            }
            // A run says who stands in its way; the whole table is for `status`.
            Event::Census { clients, blind } if record.step.is_none() => {
                let text = clients::render(clients, blind, &self.out.layout);
                self.write(Target::Out, format!("\n{text}"));
            }
            Event::Explained(explained) => {
                let gap = if self.explained > 0 { "\n" } else { "" };
                self.explained += 1;
                self.write(Target::Out, gap.to_owned());
                for line in messages::explained(explained) {
                    self.line(&line);
                }
            }
            _ => {}
        }
    }
}

impl Output for Text {
    fn record(&mut self, record: &Record) {
        let event = &record.event;
        if self.verbosity == Verbosity::Quiet {
            self.unsaid.event(event);
            return;
        }
        if let Event::PlanLoaded { hosts, .. } = event {
            self.host_width = widest(hosts);
        }
        let line = messages::line(event);
        self.follow(event, line.as_ref());
        match (event, line) {
            // A terminal shows these in its live lines.
            (Event::Working { .. } | Event::Waiting { .. }, _) if self.live.is_some() => {}
            (_, Some(line)) => self.line(&line),
            (_, None) => self.block(record),
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
