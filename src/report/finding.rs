//! Problems of a file, each with the offending text underlined.

use std::{borrow::Cow, ops::Range};

use annotate_snippets::{
    Annotation, AnnotationKind, Group, Level, Renderer, Snippet, renderer::DecorStyle,
};
use serde::Serialize;

use super::{clean, page::Page};
use crate::source::Source;

/// A problem that was found without a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Whether the plan can be carried out all the same.
    pub severity: Severity,
    /// One lowercase sentence, values in backticks.
    pub message: String,
    /// Where, if it has a place.
    pub place: Option<Place>,
    /// What to do.
    pub help: Option<String>,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The plan is refused.
    Error,
    /// A person should know.
    Warning,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, with its whole text.
    pub source: Source,
    /// The bytes in question; `None` where the file as a whole is meant, which the message names.
    pub span: Option<Range<usize>>,
    /// A few words beside the underline.
    pub label: Option<String>,
    /// Another place in the same file that belongs to it, and the words beside that one.
    pub related: Option<(Range<usize>, String)>,
}

impl Place {
    /// Line and column where it begins, both from 1, the column in characters.
    #[must_use]
    pub fn position(&self) -> Option<(usize, usize)> {
        self.span.as_ref().map(|span| self.source.position(span.start))
    }

    /// The lines in question with their underlines. Only these lines are handed over: the renderer
    /// looks through all it gets, for every finding anew.
    fn snippet(&self) -> Option<Snippet<'_, Annotation<'_>>> {
        let span = self.source.fitted(self.span.as_ref()?);
        let related = self.related.as_ref();
        let related = related.map(|(span, label)| (self.source.fitted(span), clean::text(label)));
        let start = related.iter().fold(span.start, |start, (span, _)| start.min(span.start));
        let end = related.iter().fold(span.end, |end, (span, _)| end.max(span.end));
        let (lines, text) = self.source.lines(start..end);
        let inside = |span: Range<usize>| span.start - lines.start..span.end - lines.start;
        let primary = AnnotationKind::Primary.span(inside(span));
        let primary = primary.label(self.label.as_deref().map(clean::text));
        let related =
            related.map(|(span, label)| AnnotationKind::Context.span(inside(span)).label(label));
        let snippet = Snippet::source(text)
            .path(clean::text(&self.source.path.to_string_lossy()).into_owned())
            .line_start(self.source.position(lines.start).0);
        Some(snippet.annotation(primary).annotations(related))
    }
}

/// A finding as a JSON object.
#[derive(Serialize)]
pub(super) struct Record<'a> {
    severity: Severity,
    message: &'a str,
    file: Option<Cow<'a, str>>,
    line: Option<usize>,
    column: Option<usize>,
    help: Option<&'a str>,
}

impl<'a> From<&'a Finding> for Record<'a> {
    fn from(finding: &'a Finding) -> Self {
        let position = finding.place.as_ref().and_then(Place::position);
        Self {
            severity: finding.severity,
            message: &finding.message,
            file: finding.place.as_ref().map(|place| place.source.path.to_string_lossy()),
            line: position.map(|(line, _)| line),
            column: position.map(|(_, column)| column),
            help: finding.help.as_deref(),
        }
    }
}

/// The finding for a person.
pub(super) fn render(finding: &Finding, page: &Page) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = Group::with_title(level.primary_title(clean::text(&finding.message)));
    if let Some(snippet) = finding.place.as_ref().and_then(Place::snippet) {
        group = group.element(snippet);
    }
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(clean::text(help)));
    }
    let renderer = match page.columns() {
        Some(columns) => renderer(page).term_width(columns),
        None => renderer(page),
    };
    format!("{}\n", renderer.render(&[group]))
}

fn renderer(page: &Page) -> Renderer {
    let palette = page.palette;
    Renderer::plain()
        .decor_style(DecorStyle::Ascii)
        .error(palette.bad)
        .warning(palette.caution)
        .help(palette.hint)
        .line_num(palette.faint)
        .emphasis(palette.strong)
}

#[cfg(test)]
mod tests;
