//! One cell of the table, as it stands in the file.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{fault, phase::Phase};

const TEXT: &str = include_str!("../../faults.toml");

#[derive(Deserialize)]
struct Table {
    faults: Vec<Fault>,
}

/// A row.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fault {
    pub(crate) row: usize,
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) inject: Vec<fault::Fault>,
    pub(crate) at: BTreeMap<Phase, Cell>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cell {
    pub(crate) shown: Shown,
    inject: Option<Vec<fault::Fault>>,
    /// The codes that the run may end with; none where it dies.
    #[serde(default)]
    pub(crate) exits: Vec<u8>,
    #[serde(default)]
    pub(crate) end: Ending,
    pub(crate) test: Option<String>,
    pub(crate) why: Option<String>,
}

/// Where a cell is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Shown {
    Simulation,
    Lab,
    Unit,
    Later,
    Gap,
}

/// What has to be true at the end of the run, or after the deadline of the host.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Ending {
    #[default]
    Any,
    Untouched,
    Stopped,
    PutBack,
    HostHeals,
    Done,
    Person,
}

pub(crate) fn faults() -> Vec<Fault> {
    toml::from_str::<Table>(TEXT).unwrap_or_else(|error| panic!("faults.toml: {error}")).faults
}

impl Fault {
    /// The faults that are injected in a phase.
    pub(crate) fn injects(&self, cell: &Cell) -> Vec<fault::Fault> {
        cell.inject.clone().unwrap_or_else(|| self.inject.clone())
    }
}

impl Cell {
    pub(crate) fn letter(&self) -> char {
        match self.shown {
            Shown::Simulation if self.why.is_some() => 's',
            Shown::Simulation => 'S',
            Shown::Lab => 'L',
            Shown::Unit => 'U',
            Shown::Later => '?',
            Shown::Gap => 'G',
        }
    }
}
