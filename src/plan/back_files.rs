//! The files of the way back: at the end the bytes that were there before the first change, and on
//! the rungs between what the plan renders for them.

use std::collections::BTreeMap;

use super::files::PlanFiles;
use crate::{
    cluster::mode::TlsMode,
    engine::context::{Files, NewFile},
    error::Cause,
    name::HostName,
};

/// The files of a plan, walked backwards.
pub struct BackFiles {
    plan: PlanFiles,
    first: BTreeMap<HostName, First>,
}

/// A file as it was before the first change.
struct First {
    text: String,
    mode: TlsMode,
}

impl BackFiles {
    /// With the first file of each host.
    pub fn new(plan: PlanFiles, texts: Vec<(HostName, String)>) -> Result<Self, Cause> {
        let first = |(host, text): (HostName, String)| {
            let mode = plan.mode_of(&text)?;
            Ok((host, First { text, mode }))
        };
        let first = texts.into_iter().map(first).collect::<Result<_, Cause>>()?;
        Ok(Self { plan, first })
    }

    /// The lowest rung that a host goes back to.
    #[must_use]
    pub fn lowest(&self) -> TlsMode {
        self.first.values().map(|first| first.mode).min().unwrap_or(TlsMode::Disabled)
    }
}

impl Files for BackFiles {
    fn mode_of(&self, text: &str) -> Result<TlsMode, Cause> {
        self.plan.mode_of(text)
    }

    fn wanted(&self, host: &HostName, mode: TlsMode, in_place: &str) -> Result<NewFile, Cause> {
        match self.first.get(host) {
            Some(first) if mode <= first.mode => self.plan.compared(in_place, first.text.clone()),
            _ => self.plan.wanted(host, mode, in_place),
        }
    }
}
