//! Problems of a file, each with the offending text underlined.

use annotate_snippets::{
    Annotation, AnnotationKind, Group, Level, Renderer, Snippet, renderer::DecorStyle,
};

use super::{clean, layout::Layout};
use crate::{
    event::{Excerpt, Place, Problem, ProblemSeverity},
    source::Source,
};

/// The problem for a person.
pub(super) fn render(problem: &Problem, layout: &Layout) -> String {
    let level = match problem.severity {
        ProblemSeverity::Error => Level::ERROR,
        ProblemSeverity::Warning => Level::WARNING,
    };
    let mut group = Group::with_title(level.primary_title(clean::text(&problem.message)));
    if let Some(snippet) = problem.place.as_ref().and_then(snippet) {
        group = group.element(snippet);
    }
    if let Some(help) = &problem.help {
        group = group.element(Level::HELP.message(clean::text(help)));
    }
    let renderer = match layout.columns() {
        Some(columns) => renderer(layout).term_width(columns),
        None => renderer(layout),
    };
    format!("{}\n", renderer.render(&[group]))
}

/// The lines in question with their underlines. A record that was read back may say anything, so the
/// bytes are fitted to the text.
fn snippet(place: &Place) -> Option<Snippet<'_, Annotation<'_>>> {
    let Excerpt { first_line, text, span, label, related } = place.excerpt.as_ref()?;
    let source = Source::new("", text.as_str());
    let primary = AnnotationKind::Primary.span(source.fitted(span));
    let primary = primary.label(label.as_deref().map(clean::text));
    let related = related.as_ref().map(|related| {
        AnnotationKind::Context
            .span(source.fitted(&related.span))
            .label(clean::text(&related.label))
    });
    let snippet = Snippet::source(text.as_str())
        .path(clean::text(&place.file).into_owned())
        .line_start(*first_line);
    Some(snippet.annotation(primary).annotations(related))
}

fn renderer(layout: &Layout) -> Renderer {
    let palette = layout.palette;
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
