//! Everything that is wrong with a plan, and how it is shown: the offending text underlined.
//!
//! All of it is told at once, in the order of the file, because a person who mends one mistake per
//! run stops reading.

use std::{fmt, ops::Range, path::PathBuf};

use annotate_snippets::{
    Annotation, AnnotationKind, Group, Level, Renderer, Snippet, normalize_untrusted_str,
    renderer::DecorStyle,
};

use super::{problem::Problem, words::quoted_path};
use crate::error::{Designed, Exit};

/// How many problems are shown; a file with more has one cause that repeats.
const SHOWN: usize = 60;

/// The problems of one plan; never none.
#[derive(Clone, Debug)]
pub struct Problems {
    /// The plan.
    path: PathBuf,
    list: Vec<Problem>,
}

/// Whether the text may carry colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// Plain text.
    Plain,
    /// With terminal styles.
    Styled,
}

impl Problems {
    /// Sorts the problems of the plan's own text by place and puts those of other files after them.
    #[must_use]
    pub(crate) fn new(path: PathBuf, mut list: Vec<Problem>) -> Self {
        list.sort_by_key(|problem| {
            let start = problem.span.as_ref().map_or(0, |span| span.start);
            (problem.source.path != path, start)
        });
        Self { path, list }
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.list.len()
    }

    /// Each of them, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.list.iter()
    }

    /// The text for a person: every problem with its place, then one line that counts them.
    #[must_use]
    pub fn render(&self, colour: Colour) -> String {
        let renderer = match colour {
            Colour::Plain => Renderer::plain(),
            Colour::Styled => Renderer::styled().hyperlink(false),
        }
        .decor_style(DecorStyle::Ascii)
        .term_width(120);
        let mut text = String::new();
        for problem in self.list.iter().take(SHOWN) {
            text.push_str(&renderer.render(&[report(problem)]));
            text.push_str("\n\n");
        }
        if let Some(rest) = self.list.len().checked_sub(SHOWN).filter(|rest| *rest > 0) {
            text.push_str(&[&count(rest, "more problem"), "\n\n"].concat());
        }
        text + &self.to_string() + "\n"
    }
}

/// One problem in the shape that the renderer takes.
fn report(problem: &Problem) -> Group<'_> {
    let group = Group::with_title(Level::ERROR.primary_title(problem.message.as_str()));
    let group = match &problem.span {
        // The message names the file already.
        None => group,
        Some(span) => group.element(snippet(problem, span)),
    };
    group.elements(
        problem.help.iter().map(|help| Level::HELP.message(normalize_untrusted_str(help))),
    )
}

/// The lines of a problem, its places underlined. Only these lines are handed over: the renderer
/// looks through all it gets, for every problem anew.
fn snippet<'a>(problem: &'a Problem, span: &Range<usize>) -> Snippet<'a, Annotation<'a>> {
    let related = problem.related.as_ref();
    let others = || related.map(|(span, _)| span);
    let start = others().map_or(span.start, |other| other.start.min(span.start));
    let end = others().map_or(span.end, |other| other.end.max(span.end));
    let (lines, text) = problem.source.lines(start..end);
    let inside = |span: &Range<usize>| span.start - lines.start..span.end - lines.start;
    let primary = AnnotationKind::Primary.span(inside(span));
    let primary = match problem.label.as_str() {
        "" => primary,
        label => primary.label(label),
    };
    let context = |(span, label): &'a (Range<usize>, String)| {
        AnnotationKind::Context.span(inside(span)).label(label.as_str())
    };
    Snippet::source(text)
        .path(problem.source.path.display().to_string())
        .line_start(problem.source.position(lines.start).0)
        .annotation(primary)
        .annotations(related.map(context))
}

fn count(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = count(self.count(), "problem");
        write!(f, "{count} in {}; no host was contacted", quoted_path(&self.path))
    }
}

impl std::error::Error for Problems {}

impl Designed for Problems {
    fn exit(&self) -> Exit {
        Exit::Plan
    }
}
