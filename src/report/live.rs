//! The live lines of a terminal: one per host that is being worked on.
//!
//! They are drawn on standard error and never stay: a fact about the host, which is a permanent line
//! above them, ends the host's line. indicatif prints nothing where there is no terminal, so this
//! module is used only where there is one.

use std::{collections::BTreeMap, fmt::Write, io, time::Duration};

use console::{Term, measure_text_width, truncate_str};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::{
    clean, duration,
    palette::{Palette, paint},
};
use crate::name::HostName;

/// How often a spinner turns.
const TURN: Duration = Duration::from_millis(100);
/// A wait is worth a number from here on.
const WORTH_A_NUMBER: Duration = Duration::from_secs(1);

/// The live lines.
pub(super) struct Live {
    multi: MultiProgress,
    bars: BTreeMap<HostName, (ProgressBar, Work)>,
    look: Look,
}

/// What all lines have in common.
#[derive(Clone)]
struct Look {
    palette: Palette,
    spinner: &'static [&'static str],
    host_width: usize,
}

/// What a line says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Work {
    host: String,
    doing: String,
    seen: String,
}

impl Live {
    /// No lines yet.
    pub(super) fn new(palette: Palette) -> Self {
        let multi = MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
        let look = Look { palette, spinner: spinner(), host_width: 0 };
        Self { multi, bars: BTreeMap::new(), look }
    }

    /// Pads hosts to this width from now on.
    pub(super) fn set_host_width(&mut self, width: usize) {
        self.look.host_width = width;
    }

    /// A host is being worked on; the clock of its line starts anew when the work is another.
    pub(super) fn working(&mut self, host: &HostName, doing: &str) {
        let doing = clean::text(doing).into_owned();
        let same = self.bars.get(host).is_some_and(|(_, work)| work.doing == doing);
        if same {
            return;
        }
        let work =
            Work { host: clean::text(host.as_str()).into_owned(), doing, seen: String::new() };
        if let Some((bar, _)) = self.bars.get(host) {
            bar.reset_elapsed();
        }
        self.show(host, work);
    }

    /// What was last seen of a host that is being worked on.
    pub(super) fn seen(&mut self, host: &HostName, what: &str) {
        if let Some((_, work)) = self.bars.get(host) {
            let work = Work { seen: clean::text(what).into_owned(), ..work.clone() };
            self.show(host, work);
        }
    }

    /// The work on a host ended.
    pub(super) fn end(&mut self, host: &HostName) {
        if let Some((bar, _)) = self.bars.remove(host) {
            bar.finish_and_clear();
            self.multi.remove(&bar);
        }
    }

    /// All work ended.
    pub(super) fn end_all(&mut self) {
        for (bar, _) in std::mem::take(&mut self.bars).into_values() {
            bar.finish_and_clear();
            self.multi.remove(&bar);
        }
    }

    /// Runs a writer of permanent lines with the live lines out of its way.
    pub(super) fn above(&self, write: impl FnOnce()) {
        self.multi.suspend(write);
    }

    /// Takes the lines off the screen until [`Live::show_again`].
    pub(super) fn hide(&self) -> io::Result<()> {
        self.multi.clear()?;
        self.multi.set_draw_target(ProgressDrawTarget::hidden());
        Ok(())
    }

    /// Puts them back.
    pub(super) fn show_again(&self) {
        self.multi.set_draw_target(ProgressDrawTarget::stderr());
    }

    fn show(&mut self, host: &HostName, work: Work) {
        let style = self.style(&work);
        let (bar, shown) = self.bars.entry(host.clone()).or_insert_with(|| {
            let bar = self.multi.add(ProgressBar::new_spinner());
            bar.enable_steady_tick(TURN);
            (bar, Work::default())
        });
        bar.set_style(style);
        *shown = work;
    }

    fn style(&self, work: &Work) -> ProgressStyle {
        let (work, look) = (work.clone(), self.look.clone());
        let draw = move |state: &ProgressState, out: &mut dyn Write| {
            let columns = Term::stderr().size_checked().map_or(80, |(_, columns)| columns.into());
            // A line that cannot be drawn now is drawn at the next turn.
            let _ = out.write_str(&look.line(&work, state.elapsed(), columns));
        };
        ProgressStyle::default_spinner()
            .template("{live}")
            .unwrap_or_else(|_| ProgressStyle::default_spinner())
            .with_key("live", draw)
    }
}

impl Look {
    /// One live line, cut to the terminal: a line that wraps would not be cleared.
    fn line(&self, work: &Work, elapsed: Duration, columns: usize) -> String {
        let turns = usize::try_from(elapsed.as_millis() / TURN.as_millis()).unwrap_or(0);
        let frame = turns.checked_rem(self.spinner.len()).and_then(|at| self.spinner.get(at));
        let width = self.host_width;
        let mut said = format!("{:width$}  {}", work.host, work.doing);
        if !work.seen.is_empty() {
            let _ = write!(said, ": {}", work.seen);
        }
        let clock = match elapsed {
            short if short < WORTH_A_NUMBER => String::new(),
            long => format!("  {}", duration::words(Duration::from_secs(long.as_secs()))),
        };
        // The margin of ten is the one of the permanent lines; the last column stays free.
        let room = columns.saturating_sub(11 + measure_text_width(&clock));
        let said = truncate_str(&said, room, "~");
        let spinner = paint(self.palette.strong, frame.copied().unwrap_or(" "));
        format!("{:7}{spinner}  {said}{}", "", paint(self.palette.faint, &clock))
    }
}

/// Braille dots where the locale can show them.
fn spinner() -> &'static [&'static str] {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|value| !value.is_empty())
        .unwrap_or_default()
        .to_lowercase();
    if locale.contains("utf-8") || locale.contains("utf8") {
        &["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"]
    } else {
        &["|", "/", "-", "\\"]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look() -> Look {
        Look { palette: Palette::default(), spinner: &["|", "/"], host_width: 4 }
    }

    #[test]
    fn a_live_line_names_host_work_sight_and_clock() {
        let mut work =
            Work { host: "db3".into(), doing: "waiting for SECONDARY".into(), seen: String::new() };
        let line = |work: &Work, millis, columns| {
            look().line(work, Duration::from_millis(millis), columns)
        };
        assert_eq!(line(&work, 0, 80), "       |  db3   waiting for SECONDARY");
        assert_eq!(line(&work, 12_100, 80), "       /  db3   waiting for SECONDARY  12s");
        work.seen = "RECOVERING, lag 41s".into();
        assert_eq!(
            line(&work, 125_000, 80),
            "       |  db3   waiting for SECONDARY: RECOVERING, lag 41s  2m 05s"
        );
    }

    #[test]
    fn a_live_line_never_reaches_the_last_column() {
        let work = Work {
            host: "db3".into(),
            doing: "waiting for SECONDARY".into(),
            seen: "RECOVERING, lag 41s".into(),
        };
        for columns in [30, 40, 50] {
            let line = look().line(&work, Duration::from_secs(12), columns);
            assert!(measure_text_width(&line) < columns, "{line:?}");
            assert!(line.ends_with("~  12s"), "{line:?}");
        }
    }
}
