//! Problems of a file, each with the offending text underlined.

use std::{ops::Range, sync::Arc};

use annotate_snippets::{
    Annotation, AnnotationKind, Group, Level, Renderer, Snippet, renderer::DecorStyle,
};
use serde::Serialize;

use super::{clean, page::Page};

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
    /// The file as the user wrote it.
    pub path: String,
    /// The whole text of the file.
    pub text: Arc<str>,
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
        let before = self.text.get(..self.fitted(self.span.as_ref()?).start)?;
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let column = before.get(line_start..)?.chars().count() + 1;
        Some((before.matches('\n').count() + 1, column))
    }

    /// A span within the text and on character boundaries, whatever was given.
    fn fitted(&self, span: &Range<usize>) -> Range<usize> {
        let boundary = |mut at: usize| {
            at = at.min(self.text.len());
            while !self.text.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let start = boundary(span.start);
        start..boundary(span.end).max(start)
    }

    /// The lines in question with their underlines.
    fn snippet(&self) -> Option<Snippet<'_, Annotation<'_>>> {
        let primary = AnnotationKind::Primary.span(self.fitted(self.span.as_ref()?));
        let primary = primary.label(self.label.as_deref().map(clean::text));
        let related = self.related.iter().map(|(span, label)| {
            AnnotationKind::Context.span(self.fitted(span)).label(clean::text(label))
        });
        let snippet = Snippet::source(&*self.text).path(clean::text(&self.path));
        Some(snippet.annotation(primary).annotations(related))
    }
}

/// A finding as a JSON object.
#[derive(Serialize)]
pub(super) struct Record<'a> {
    severity: Severity,
    message: &'a str,
    file: Option<&'a str>,
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
            file: finding.place.as_ref().map(|place| place.path.as_str()),
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
