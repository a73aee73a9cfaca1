//! One line of output as data: a verb, a place, a fact.

use crate::name::HostName;

/// A line before it has columns and colours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What happened, in one word of at most nine letters.
    pub verb: &'static str,
    /// How it is to be taken.
    pub tone: Tone,
    /// The hosts it is about; none for the run as a whole.
    pub hosts: Vec<HostName>,
    /// The fact, in words.
    pub fact: String,
    /// Who wants to read it.
    pub level: Level,
}

/// How a line is to be taken; its colour, never its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Found right or done.
    Good,
    /// Neither good nor bad.
    Plain,
    /// A person should know.
    Caution,
    /// Failed.
    Bad,
}

/// Who wants to read a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Everybody.
    Fact,
    /// Who asked for it by `--verbose`; the live lines of a terminal show it to everybody.
    Detail,
}

impl Line {
    /// A fact about the run as a whole.
    pub(super) fn new(tone: Tone, verb: &'static str, fact: impl Into<String>) -> Self {
        Self { verb, tone, hosts: Vec::new(), fact: fact.into(), level: Level::Fact }
    }

    /// The same about hosts.
    #[must_use]
    pub(super) fn on<'a>(mut self, hosts: impl IntoIterator<Item = &'a HostName>) -> Self {
        self.hosts = hosts.into_iter().cloned().collect();
        self
    }

    /// The same for those who want to know more.
    #[must_use]
    pub(super) fn detail(mut self) -> Self {
        self.level = Level::Detail;
        self
    }
}
