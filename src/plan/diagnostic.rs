//! One thing that is wrong with a plan or a file it names, and where.

use std::ops::Range;

use crate::source::Source;

/// One mistake: what is wrong, where it stands, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What is wrong, in one lowercase clause.
    pub message: String,
    /// The file it stands in, with its text.
    pub source: Source,
    /// The bytes of the text that are underlined; `None` where the file as a whole is meant.
    pub span: Option<Range<usize>>,
    /// What is said beside the underlined text.
    pub label: String,
    /// Another place that belongs to it, and what is said there.
    pub related: Option<(Range<usize>, String)>,
    /// What to do.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A problem at a place in a text.
    #[must_use]
    pub fn at(message: impl Into<String>, source: &Source, span: Range<usize>) -> Self {
        Self { span: Some(source.fitted(&span)), ..Self::whole(message, source) }
    }

    /// A problem with a file as a whole.
    #[must_use]
    pub fn whole(message: impl Into<String>, source: &Source) -> Self {
        Self {
            message: message.into(),
            source: source.clone(),
            span: None,
            label: String::new(),
            related: None,
            help: None,
        }
    }

    /// Adds what is said beside the underlined text.
    #[must_use]
    pub fn label(self, label: impl Into<String>) -> Self {
        Self { label: label.into(), ..self }
    }

    /// Adds what to do.
    #[must_use]
    pub fn help(self, help: impl Into<Option<String>>) -> Self {
        Self { help: help.into(), ..self }
    }

    /// Adds another place in the same text.
    #[must_use]
    pub fn related(self, span: &Range<usize>, label: impl Into<String>) -> Self {
        let related = Some((self.source.fitted(span), label.into()));
        Self { related, ..self }
    }

    /// Line and column where it begins, counted from 1.
    #[must_use]
    pub fn position(&self) -> Option<(usize, usize)> {
        self.span.as_ref().map(|span| self.source.position(span.start))
    }
}
