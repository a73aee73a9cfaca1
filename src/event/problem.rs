//! Mistakes in a plan, each with its place and the lines around it.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::source::Source;

/// A mistake that was found without a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Whether the plan can be carried out all the same.
    pub severity: ProblemSeverity,
    /// One lowercase sentence, values in backticks.
    pub message: String,
    /// Where, if it has a place.
    pub place: Option<Place>,
    /// What to do.
    pub help: Option<String>,
}

/// How bad a mistake is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemSeverity {
    /// The plan is refused.
    Error,
    /// The plan is accepted.
    Warning,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The file, as the user wrote it.
    pub file: String,
    /// The line, counted from 1; `None` where the file as a whole is meant.
    pub line: Option<usize>,
    /// The column, counted from 1 in characters.
    pub column: Option<usize>,
    /// The lines in question.
    pub excerpt: Option<Excerpt>,
}

/// Whole lines of a file, and what in them is meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excerpt {
    /// The number of the first line, counted from 1.
    pub first_line: usize,
    /// The lines, secrets masked.
    pub text: String,
    /// The bytes of `text` that are wrong.
    pub span: Range<usize>,
    /// A few words beside them.
    pub label: Option<String>,
    /// Another place in the same lines that belongs to it.
    pub related: Option<Related>,
}

/// A second place, and the words beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Related {
    /// The bytes of the excerpt.
    pub span: Range<usize>,
    /// The words.
    pub label: String,
}

impl Place {
    /// A place in a source: the bytes in question with their label, and a second place.
    #[must_use]
    pub fn new(
        source: &Source,
        span: Option<&Range<usize>>,
        label: Option<String>,
        related: Option<&(Range<usize>, String)>,
    ) -> Self {
        let position = span.map(|span| source.position(span.start));
        Self {
            file: source.path.to_string_lossy().into_owned(),
            line: position.map(|(line, _)| line),
            column: position.map(|(_, column)| column),
            excerpt: span.map(|span| Excerpt::new(source, span, label, related)),
        }
    }
}

impl Excerpt {
    fn new(
        source: &Source,
        span: &Range<usize>,
        label: Option<String>,
        related: Option<&(Range<usize>, String)>,
    ) -> Self {
        let span = source.fitted(span);
        let related = related.map(|(span, label)| (source.fitted(span), label.clone()));
        let start = related.iter().fold(span.start, |start, (span, _)| start.min(span.start));
        let end = related.iter().fold(span.end, |end, (span, _)| end.max(span.end));
        let (lines, text) = source.lines(start..end);
        let inside = |span: Range<usize>| span.start - lines.start..span.end - lines.start;
        Self {
            first_line: source.position(lines.start).0,
            text: text.to_owned(),
            span: inside(span),
            label,
            related: related.map(|(span, label)| Related { span: inside(span), label }),
        }
    }
}
