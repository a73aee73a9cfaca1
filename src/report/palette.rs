//! The colours, in one place. Each says again what the words say already; none carries a meaning.

use anstyle::{AnsiColor, Style};

use super::settings::Color;

/// The styles of one stream; all empty where colours are off.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Palette {
    /// Done, found right.
    pub good: Style,
    /// Unusual, but the run goes on or can go on.
    pub caution: Style,
    /// Failed.
    pub bad: Style,
    /// Headings and neutral verbs.
    pub strong: Style,
    /// Where to go from here.
    pub hint: Style,
    /// Less important than what is around it.
    pub faint: Style,
    /// A line that comes with a diff.
    pub added: Style,
    /// A line that goes with a diff.
    pub removed: Style,
}

impl Palette {
    /// The palette for a stream that this program opened itself.
    pub(super) fn of(choice: Color, stream: &impl anstream::stream::RawStream) -> Self {
        let colours = match choice {
            Color::Always => true,
            Color::Never => false,
            // anstream knows NO_COLOR, CLICOLOR, TERM and whether the stream is a terminal.
            Color::Auto => anstream::AutoStream::choice(stream) != anstream::ColorChoice::Never,
        };
        if colours { Self::coloured() } else { Self::default() }
    }

    /// All colours.
    pub(super) const fn coloured() -> Self {
        const fn bold(colour: AnsiColor) -> Style {
            colour.on_default().bold()
        }
        Self {
            good: bold(AnsiColor::Green),
            caution: bold(AnsiColor::Yellow),
            bad: bold(AnsiColor::Red),
            strong: Style::new().bold(),
            hint: bold(AnsiColor::Cyan),
            faint: Style::new().dimmed(),
            added: AnsiColor::Green.on_default(),
            removed: AnsiColor::Red.on_default(),
        }
    }
}

/// The text in the style.
pub(super) fn paint(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}
