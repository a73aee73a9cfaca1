//! The files of the way back: at the end the bytes that were there before the first change, and on
//! the rungs between what the plan renders for them.

use std::collections::BTreeMap;

use super::{
    config_files::{ConfigFiles, NewFile},
    plan_files::PlanFiles,
};
use crate::{
    cluster::mode::TlsMode,
    error::{Cause, Designed, Exit},
    name::HostName,
};

/// The files of a plan, walked backwards.
pub struct BackFiles {
    plan: PlanFiles,
    first: BTreeMap<HostName, First>,
}

/// The first files of two hosts do not go together.
#[derive(Debug, thiserror::Error)]
#[error(
    "the first file of `{low}` says {low_mode} and the one of `{high}` {high_mode}: on these they could not reach each other"
)]
pub struct Apart {
    low: HostName,
    low_mode: TlsMode,
    high: HostName,
    high_mode: TlsMode,
}

impl Designed for Apart {
    fn exit(&self) -> Exit {
        Exit::Refused
    }

    fn hints(&self) -> Vec<String> {
        let Self { high, .. } = self;
        vec![format!(
            "`{high}` was set up when the cluster had come further; there is no older file of it in /var/lib/tlsplan/first, so it has to be taken down by hand or out of the set first"
        )]
    }
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

    /// Two hosts whose first files could not reach each other: going back would tear the set apart.
    #[must_use]
    pub fn apart(&self) -> Option<Apart> {
        let low = self.first.iter().min_by_key(|(_, first)| first.mode)?;
        let high = self.first.iter().max_by_key(|(_, first)| first.mode)?;
        (!low.1.mode.talks_with(high.1.mode)).then(|| Apart {
            low: low.0.clone(),
            low_mode: low.1.mode,
            high: high.0.clone(),
            high_mode: high.1.mode,
        })
    }

    /// The lowest rung that a host goes back to.
    #[must_use]
    pub fn lowest(&self) -> TlsMode {
        self.first.values().map(|first| first.mode).min().unwrap_or(TlsMode::Disabled)
    }
}

impl ConfigFiles for BackFiles {
    fn mode_of(&self, text: &str) -> Result<TlsMode, Cause> {
        self.plan.mode_of(text)
    }

    fn wanted(&self, host: &HostName, mode: TlsMode, in_place: &str) -> Result<NewFile, Cause> {
        match self.first.get(host) {
            Some(first) if mode <= first.mode => {
                self.plan.compared(host, in_place, first.text.clone())
            }
            _ => self.plan.wanted(host, mode, in_place),
        }
    }
}
