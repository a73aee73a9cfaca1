//! What a text is laid out for: a palette and a width, of a terminal or of none.

use anstyle::Style;
use console::{Term, measure_text_width};

use super::{
    clean,
    line::{Line, Tone},
    palette::{Palette, paint},
    wrap,
};

/// Where the text after the verb begins.
const MARGIN: usize = 10;
/// Hosts are padded to the longest name of the plan, but not beyond this.
const WIDEST_HOST: usize = 24;

/// The colours and the width that a text is laid out for.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Layout {
    /// Its colours.
    pub palette: Palette,
    /// Its width.
    pub width: Width,
}

/// How wide a text may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Width {
    /// A file or a pipe: nothing is ever wrapped.
    #[default]
    Endless,
    /// This many columns.
    Columns(usize),
    /// That of the terminal at standard output, asked for each time: people resize windows.
    Stdout,
    /// That of the terminal at standard error.
    Stderr,
}

impl Layout {
    /// The columns now, where there is a limit.
    pub(super) fn columns(&self) -> Option<usize> {
        let terminal = match self.width {
            Width::Endless => return None,
            Width::Columns(columns) => return Some(columns),
            Width::Stdout => Term::stdout(),
            Width::Stderr => Term::stderr(),
        };
        // A terminal that does not know its width says zero.
        terminal.size_checked().map(|(_, columns)| columns.into()).filter(|&columns| columns > 0)
    }

    /// Verb, hosts and fact in their columns, with the line feed.
    pub(super) fn line(&self, line: &Line, host_width: usize) -> String {
        let place = place(line, host_width);
        let indent = MARGIN + measure_text_width(&place);
        // Many hosts would push the fact against the edge; then it hangs under them.
        let crowded = self.columns().is_some_and(|columns| indent * 2 > columns);
        let indent = if crowded { MARGIN + 2 } else { indent };
        let text = format!("{place}{}", clean::text(&line.fact));
        let text = wrap::hang(&text, MARGIN, indent, self.columns());
        format!("{}{text}\n", verb(line.verb, self.tone(line.tone)))
    }

    /// The style of a tone.
    pub(super) fn tone(&self, tone: Tone) -> Style {
        match tone {
            Tone::Good => self.palette.good,
            Tone::Plain => self.palette.strong,
            Tone::Caution => self.palette.caution,
            Tone::Bad => self.palette.bad,
        }
    }
}

/// The hosts of a line, a single one padded so that facts stand in a column.
fn place(line: &Line, host_width: usize) -> String {
    let hosts = line.hosts.iter().map(|host| clean::text(host.as_str()));
    let place = hosts.collect::<Vec<_>>().join(" ");
    let padding = host_width.min(WIDEST_HOST);
    if place.is_empty() { place } else { format!("{place:padding$}  ") }
}

/// A verb in its column: to the right of eight letters, so that nine still leave a space.
fn verb(verb: &str, style: Style) -> String {
    let left = 8_usize.saturating_sub(verb.len());
    let right = MARGIN.saturating_sub(left + verb.len());
    format!("{:left$}{}{:right$}", "", paint(style, verb), "")
}
