//! The one owner of the terminal: everything that is printed passes here.

use std::{
    io::{self, IsTerminal, Write},
    sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError},
};

use super::{
    json::Json,
    layout::{Layout, Width},
    live::Live,
    output::{Output, Shared},
    palette::Palette,
    prompt::Prompt,
    settings::{Color, Format, Settings, Verbosity},
    stream::Stream,
    text::{Printer, Text},
};
use crate::{
    error::{Designed, Exit},
    event::{self, Event, Record, Recorder},
};

/// Prints what happens. Shared by reference; events pass its recorder, so that others read them too.
pub struct Reporter {
    recorder: Arc<Recorder>,
    output: Shared,
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
        let out_layout = Layout {
            palette: Palette::of(settings.color, &out),
            width: width(out.is_terminal(), Width::Stdout),
        };
        let err_layout = Layout {
            palette: Palette::of(settings.color, &err),
            width: width(err.is_terminal(), Width::Stderr),
        };
        let live = is_live(settings).then(|| Live::new(err_layout.palette));
        let person = if io::stdin().is_terminal() && err.is_terminal() {
            Person::There
        } else {
            Person::Absent
        };
        let out = Printer { stream: Stream::new(out), layout: out_layout };
        let err = Printer { stream: Stream::new(err), layout: err_layout };
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
        let layout = Layout { palette, width: columns.map_or(Width::Endless, Width::Columns) };
        let out = Printer { stream: Stream::new(out), layout };
        let err = Printer { stream: Stream::new(err), layout };
        Self::with(settings, out, err, None, Person::Absent)
    }

    fn with(
        settings: Settings,
        out: Printer,
        err: Printer,
        live: Option<Live>,
        person: Person,
    ) -> Self {
        let output: Box<dyn Output> = match settings.format {
            Format::Text => Box::new(Text::new(out, err, live, settings.verbosity)),
            Format::Json => Box::new(Json::new(out.stream, err.stream, settings.verbosity)),
        };
        let detail = match (settings.format, settings.verbosity) {
            (Format::Json, _) | (_, Verbosity::Verbose) => Detail::All,
            _ => Detail::Facts,
        };
        let output = Shared(Arc::new(Mutex::new(output)));
        let recorder = Arc::new(Recorder::default());
        recorder.attach(Box::new(output.clone()));
        Self { recorder, output, asking: Mutex::new(()), person, detail }
    }

    /// Whether what takes time to find out is shown at all.
    #[must_use]
    pub fn detail(&self) -> Detail {
        self.detail
    }

    /// The stream that it reads, for other readers.
    #[must_use]
    pub fn recorder(&self) -> &Arc<Recorder> {
        &self.recorder
    }

    /// The program's last words: the error, its causes, its hints.
    pub fn error(&self, error: &dyn Designed) {
        event::Sink::emit(self, Event::error(error));
    }

    /// The same if nobody is printing: for a panic, which may have come from the printing itself.
    pub(super) fn error_now(&self, error: &dyn Designed) -> Option<()> {
        let mut output = match self.output.0.try_lock() {
            Ok(output) => output,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return None,
        };
        output.record(&Record::now(None, None, Event::error(error)));
        Some(())
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
        let failure = self.output().finish(exit);
        failure.map_or(exit, |source| {
            let lost = OutputLost { source };
            self.error(&lost);
            let exit = exit.worst(lost.exit());
            // Standard output is what failed, and is not tried again.
            let _ = self.output().finish(exit);
            exit
        })
    }

    /// The output; a panic while printing does not silence the rest of the run.
    pub(super) fn output(&self) -> MutexGuard<'_, Box<dyn Output>> {
        self.output.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Live lines need one terminal for both streams: with `| tee` the facts come back to the screen by
/// another way and would be written into them.
fn is_live(settings: Settings) -> bool {
    let dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb" || term.is_empty());
    settings.format == Format::Text
        && settings.verbosity != Verbosity::Quiet
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
        self.recorder.emit(event);
    }
}
