//! Everything that is wrong with a plan.
//!
//! All of it is reported at once, in the order of the file, so that one run shows every
//! mistake.

use std::{fmt, path::PathBuf};

use super::{diagnostic::Diagnostic, message::quoted_path};
use crate::error::{Designed, Exit};

/// The problems of one plan; never none.
#[derive(Clone, Debug)]
pub struct InvalidPlan {
    /// The plan.
    path: PathBuf,
    list: Vec<Diagnostic>,
}

impl InvalidPlan {
    /// Sorts the problems of the plan's own text by place and puts those of other files after them.
    #[must_use]
    pub(crate) fn new(path: PathBuf, mut list: Vec<Diagnostic>) -> Self {
        list.sort_by_key(|problem| {
            let start = problem.span.as_ref().map_or(0, |span| span.start);
            (problem.source.path != path, start)
        });
        // A mistake in settings of several hosts is found for each of them.
        list.dedup();
        Self { path, list }
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.list.len()
    }

    /// Each of them, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter()
    }
}

impl fmt::Display for InvalidPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.count();
        let problems = if count == 1 { "problem" } else { "problems" };
        let path = quoted_path(&self.path);
        write!(f, "{count} {problems} in {path}; no host was contacted")
    }
}

impl std::error::Error for InvalidPlan {}

impl Designed for InvalidPlan {
    fn exit(&self) -> Exit {
        Exit::Plan
    }
}
