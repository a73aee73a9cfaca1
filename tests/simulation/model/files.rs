//! Files of one line, the mode, and of what people wrote below it.

use tlsplan::{
    cluster::mode::TlsMode,
    error::Cause,
    name::HostName,
    steps::tls_mode::config_files::{ConfigFiles, NewFile},
};

/// The files that the plan wants: the first line is the plan's, the rest is the people's.
pub(crate) struct OneLine;

pub(crate) fn text(mode: TlsMode, by_hand: &str) -> String {
    format!("mode: {mode}\n{by_hand}")
}

pub(crate) fn mode(text: &str) -> Option<TlsMode> {
    text.lines().next()?.strip_prefix("mode: ")?.parse().ok()
}

pub(crate) fn by_hand(text: &str) -> &str {
    text.split_once('\n').map_or("", |(_, rest)| rest)
}

impl ConfigFiles for OneLine {
    fn mode_of(&self, text: &str) -> Result<TlsMode, Cause> {
        Ok(mode(text).unwrap())
    }

    fn wanted(&self, _: &HostName, mode: TlsMode, in_place: &str) -> Result<NewFile, Cause> {
        let change = format!("{} -> {mode}", self.mode_of(in_place)?);
        Ok(NewFile { text: text(mode, by_hand(in_place)), change, diff: String::new() })
    }
}
