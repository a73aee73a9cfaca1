//! One thing that is wrong with a template, and where.

use std::path::{Path, PathBuf};

use super::place::Place;
use crate::error::{Designed, Exit};

/// A problem of a template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}, {}", at(.path, *.line, *.column))]
pub struct TemplateError {
    /// The template's file.
    pub path: PathBuf,
    /// The line, counted from 1; `None` where the whole template is meant.
    pub line: Option<usize>,
    /// The column, counted from 1.
    pub column: Option<usize>,
    /// What is wrong, in one lowercase clause.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl TemplateError {
    pub(super) fn new(path: &Path, place: Option<Place>, message: String) -> Self {
        Self {
            path: path.to_owned(),
            line: place.map(|place| place.line),
            column: place.map(|place| place.column),
            message,
            help: None,
        }
    }

    pub(super) fn help(self, help: Option<String>) -> Self {
        Self { help, ..self }
    }
}

impl Designed for TemplateError {
    fn exit(&self) -> Exit {
        Exit::Plan
    }

    fn hints(&self) -> Vec<String> {
        self.help.iter().cloned().collect()
    }
}

fn at(path: &Path, line: Option<usize>, column: Option<usize>) -> String {
    match (line, column) {
        (Some(line), Some(column)) => {
            format!("in line `{line}`, column `{column}` of `{}`", path.display())
        }
        _ => format!("in `{}`", path.display()),
    }
}
