//! The one owner of the terminal: everything that is printed passes here.

use std::{
    io::{self, IsTerminal, Write},
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{
    explained::Explained,
    finding::Finding,
    json::Json,
    left_open::LeftOpen,
    live::Live,
    outlook::Outlook,
    page::{Page, Width},
    palette::Palette,
    past_run::PastRun,
    prompt::Prompt,
    settings::{Color, Format, Loudness, Settings},
    sink::Sink,
    status::StatusRow,
    stream::Stream,
    text::{Printer, Text},
};
use crate::{
    cluster::clients::{ObservedClient, VisibilityGap},
    error::{Designed, Exit},
    event::{self, Event, Evidence},
    name::HostName,
};

/// Prints. Shared by reference; every method takes the lock for as long as it prints.
pub struct Reporter {
    sink: Mutex<Box<dyn Sink>>,
    /// Held while a question is open, so that two questions never meet.
    asking: Mutex<()>,
    person: Person,
    detail: Detail,
}

/// Whether somebody can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Person {
    There,
    Absent,
}

/// How much is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// What somebody asked for who wants all: `--verbose`, and programs.
    All,
    /// What everybody wants.
    Facts,
}

impl Reporter {
    /// For this program's own standard streams.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let (out, err) = (io::stdout(), io::stderr());
        let width = |terminal, width| if terminal { width } else { Width::Endless };
        let out_page = Page {
            palette: Palette::of(settings.color, &out),
            width: width(out.is_terminal(), Width::Stdout),
        };
        let err_page = Page {
            palette: Palette::of(settings.color, &err),
            width: width(err.is_terminal(), Width::Stderr),
        };
        let live = is_live(settings).then(|| Live::new(err_page.palette));
        let person = if io::stdin().is_terminal() && err.is_terminal() {
            Person::There
        } else {
            Person::Absent
        };
        let out = Printer { stream: Stream::new(out), page: out_page };
        let err = Printer { stream: Stream::new(err), page: err_page };
        Self::with(settings, out, err, live, person)
    }

    /// For two writers that are no terminals, laid out for a width where one is given; nobody is
    /// asked anything. For tests and for embedding.
    #[must_use]
    pub fn writing_to(
        settings: Settings,
        out: impl Write + Send + 'static,
        err: impl Write + Send + 'static,
        columns: Option<usize>,
    ) -> Self {
        let palette = match settings.color {
            Color::Always => Palette::coloured(),
            Color::Auto | Color::Never => Palette::default(),
        };
        let page = Page { palette, width: columns.map_or(Width::Endless, Width::Columns) };
        let out = Printer { stream: Stream::new(out), page };
        let err = Printer { stream: Stream::new(err), page };
        Self::with(settings, out, err, None, Person::Absent)
    }

    fn with(
        settings: Settings,
        out: Printer,
        err: Printer,
        live: Option<Live>,
        person: Person,
    ) -> Self {
        let sink: Box<dyn Sink> = match settings.format {
            Format::Text => Box::new(Text::new(out, err, live, settings.loudness)),
            Format::Json => Box::new(Json::new(out.stream, err.stream, settings.loudness)),
        };
        let detail = match (settings.format, settings.loudness) {
            (Format::Json, _) | (_, Loudness::Verbose) => Detail::All,
            _ => Detail::Facts,
        };
        Self { sink: Mutex::new(sink), asking: Mutex::new(()), person, detail }
    }

    /// Whether what takes time to find out is shown at all.
    #[must_use]
    pub fn detail(&self) -> Detail {
        self.detail
    }

    /// Something happened.
    pub fn event(&self, event: &Event) {
        self.sink().event(event);
    }

    /// The program's last words: the error, its causes, its hints.
    pub fn error(&self, error: &dyn Designed) {
        self.sink().error(error);
    }

    /// Problems of the plan, each with its place. The error that sums them up follows.
    pub fn problems(&self, findings: &[Finding]) {
        self.sink().findings(findings);
    }

    /// The state of the hosts, and what earlier runs left open there.
    pub fn status(&self, rows: &[StatusRow], left: &[LeftOpen]) {
        self.sink().status(rows, left);
    }

    /// What is true of each server, and who ran the plan before.
    pub fn evidence(&self, evidence: &[Evidence], runs: &[PastRun]) {
        self.sink().evidence(evidence, runs);
    }

    /// Who speaks to the servers, and which of them do not tell.
    pub fn clients(&self, clients: &[ObservedClient], blind: &[(HostName, VisibilityGap)]) {
        self.sink().clients(clients, blind);
    }

    /// What `apply` would do.
    pub fn outlook(&self, outlook: &Outlook) {
        self.sink().outlook(outlook);
    }

    /// What a server's words mean.
    pub fn explained(&self, told: &[Explained]) {
        self.sink().explained(told);
    }

    /// A way to ask the person at the terminal; `None` where there is none, as under cron.
    ///
    /// While it lives, live lines are off the screen and permanent lines wait.
    #[must_use]
    pub fn prompt(&self) -> Option<Prompt<'_>> {
        (self.person == Person::There).then(|| {
            let turn = self.asking.lock().unwrap_or_else(PoisonError::into_inner);
            Prompt::begin(self, turn)
        })
    }

    /// Leaves the terminal clean. An exit that could not be reported in full is not a success.
    #[must_use]
    pub fn finish(&self, exit: Exit) -> Exit {
        let failure = self.sink().finish(exit);
        failure.map_or(exit, |source| {
            let lost = OutputLost { source };
            self.error(&lost);
            let exit = exit.worst(lost.exit());
            // Standard output is what failed, and is not tried again.
            let _ = self.sink().finish(exit);
            exit
        })
    }

    /// The sink if nobody is printing: for a panic, which may have come from the printing itself.
    pub(super) fn sink_now(&self) -> Option<MutexGuard<'_, Box<dyn Sink>>> {
        match self.sink.try_lock() {
            Ok(sink) => Some(sink),
            Err(std::sync::TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(std::sync::TryLockError::WouldBlock) => None,
        }
    }

    /// The sink; a panic while printing does not silence the rest of the run.
    pub(super) fn sink(&self) -> MutexGuard<'_, Box<dyn Sink>> {
        self.sink.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Live lines need one terminal for both streams: with `| tee` the facts come back to the screen by
/// another way and would be written into them.
fn is_live(settings: Settings) -> bool {
    let dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb" || term.is_empty());
    settings.format == Format::Text
        && settings.loudness != Loudness::Quiet
        && !dumb
        && io::stdout().is_terminal()
        && io::stderr().is_terminal()
}

/// What was to be printed is not where it should be.
#[derive(Debug, thiserror::Error)]
#[error("a part of the output is lost: standard output cannot be written")]
struct OutputLost {
    #[source]
    source: io::Error,
}

impl Designed for OutputLost {
    fn exit(&self) -> Exit {
        Exit::State
    }

    fn hints(&self) -> Vec<String> {
        vec!["the run itself went on to its end; `tlsplan status` shows what is true now".into()]
    }
}

impl event::Sink for Reporter {
    fn emit(&self, event: Event) {
        self.event(&event);
    }
}
