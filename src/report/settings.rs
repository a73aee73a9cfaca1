//! What the user chose about output.

use clap::ValueEnum;

/// The choices of one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Settings {
    /// For people or for programs.
    pub format: Format,
    /// How much is said.
    pub verbosity: Verbosity,
    /// Whether colours are used.
    pub color: Color,
}

/// The form of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, ValueEnum)]
pub enum Format {
    /// Lines for people
    #[default]
    Text,
    /// One JSON object per line
    Json,
}

/// How much is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Verbosity {
    /// Nothing on success, one line otherwise.
    Quiet,
    /// One line per fact.
    #[default]
    Normal,
    /// Also what is being done and what is seen meanwhile.
    Verbose,
}

/// When colours are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    /// Also into pipes and files
    Always,
    /// Not at all
    Never,
}
