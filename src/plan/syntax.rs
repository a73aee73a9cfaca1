//! From text to a TOML table, going on after a mistake so that the others are found too.

use std::ops::Range;

use toml::de::{DeTable, Error};

use super::{diagnostics::Diagnostics, message::quoted, violation::Violation};

/// How many syntax errors are shown: after the first few the parser only guesses.
const SHOWN: usize = 5;

/// How many are looked at: a hostile file has one at each byte.
const LOOKED_AT: usize = 500;

/// Parses the text. What is returned after a mistake is what could be made out.
pub(crate) fn parse<'t>(diagnostics: &Diagnostics, text: &'t str) -> toml::Spanned<DeTable<'t>> {
    let (table, mut errors) = DeTable::parse_recoverable(text);
    let start = |error: &Error| error.span().unwrap_or_default().start;
    errors.sort_by_key(start);
    let (mut shown, mut last) = (0, None);
    for error in errors.iter().take(LOOKED_AT) {
        let (line, _) = diagnostics.source().position(start(error));
        if shown < SHOWN && !is_echo(error, line, last) {
            shown += 1;
            let span = error.span().unwrap_or_default();
            diagnostics.report(widened(text, span.clone()), violation(error.message(), text, span));
        }
        diagnostics.broken(start(error));
        last = Some(line);
    }
    table
}

/// Whether an error only says again that an earlier one confused the parser: a second one on the
/// line, or the lines after braces that were not closed. The first error never does.
fn is_echo(error: &Error, line: usize, last: Option<usize>) -> bool {
    let unclosed = ["inline table", "comma between"];
    last.is_some_and(|last| {
        line == last
            || line == last + 1 && unclosed.iter().any(|words| error.message().contains(words))
    })
}

/// At least one character, so that there is something to underline.
fn widened(text: &str, span: Range<usize>) -> Range<usize> {
    let next = text.get(span.start..).and_then(|rest| rest.chars().next());
    match next.filter(|char| *char != '\n') {
        Some(char) if span.is_empty() => span.start..span.start + char.len_utf8(),
        _ => span,
    }
}

/// The parser's message, said better where it is a common one.
fn violation(message: &str, text: &str, span: Range<usize>) -> Violation {
    let rest = text.get(span.start..).unwrap_or_default().lines().next().unwrap_or_default();
    if message.starts_with("duplicate key") {
        let key = text.get(span).unwrap_or_default();
        return Violation::new(format!("{} is given twice", quoted(key)), "given before")
            .help("a key stands once in a table, and a table has one header");
    }
    let label = match message {
        _ if !message.starts_with("string values must be quoted") => message,
        _ if rest.trim().is_empty() => "a value is missing",
        _ => "a text stands in quotes",
    };
    Violation::new("this is not TOML", label)
}
