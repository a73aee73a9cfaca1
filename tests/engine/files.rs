//! Files of one line: the mode.

use tlsplan::{
    cluster::mode::TlsMode,
    engine::context::{Files, NewFile},
    error::Cause,
    name::HostName,
};

pub(crate) struct OneLine;

pub(crate) fn text(mode: TlsMode) -> String {
    format!("mode: {mode}\n")
}

pub(crate) fn mode(text: &str) -> TlsMode {
    text.trim().strip_prefix("mode: ").unwrap().parse().unwrap()
}

impl Files for OneLine {
    fn mode_of(&self, text: &str) -> Result<TlsMode, Cause> {
        Ok(mode(text))
    }

    fn wanted(&self, _: &HostName, mode: TlsMode, in_place: &str) -> Result<NewFile, Cause> {
        let change = format!("{} -> {mode}", self.mode_of(in_place)?);
        Ok(NewFile { text: text(mode), change, diff: String::new() })
    }
}
