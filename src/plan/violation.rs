//! What a rule says about a value, before it is known where the value stands.

use std::ops::Range;

use super::diagnostic::Diagnostic;
use crate::source::Source;

/// A problem without its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Violation {
    message: String,
    label: String,
    help: Option<String>,
    related: Option<(Range<usize>, String)>,
}

impl Violation {
    pub(crate) fn new(message: impl Into<String>, label: impl Into<String>) -> Self {
        Self { message: message.into(), label: label.into(), help: None, related: None }
    }

    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// Adds a help where there is one.
    pub(crate) fn maybe_help(self, help: Option<String>) -> Self {
        Self { help, ..self }
    }

    pub(crate) fn related(self, span: Range<usize>, label: impl Into<String>) -> Self {
        Self { related: Some((span, label.into())), ..self }
    }

    /// Puts it in its place.
    pub(crate) fn at(self, source: &Source, span: Range<usize>) -> Diagnostic {
        let problem = Diagnostic::at(self.message, source, span).label(self.label).help(self.help);
        match self.related {
            Some((span, label)) => problem.related(&span, label),
            None => problem,
        }
    }
}
