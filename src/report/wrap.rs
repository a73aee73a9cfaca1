//! Breaks long lines at words, with a hanging indent. Only terminals get this: in a file or a pipe
//! one fact stays one line, so that `grep` finds it.

use console::measure_text_width;

/// With less room than this nothing is wrapped: one word per line helps nobody.
const LEAST_ROOM: usize = 16;

/// Lays out a text that begins `at` columns from the left; what follows is indented by `indent`.
///
/// Line feeds of the text are kept. A word that is too long for a line stays whole, as paths and
/// commands are there to be copied.
pub(super) fn hang(text: &str, at: usize, indent: usize, columns: Option<usize>) -> String {
    let room = |used: usize| {
        columns.map_or(usize::MAX, |columns| match columns.saturating_sub(used) {
            0..LEAST_ROOM => usize::MAX,
            room => room,
        })
    };
    let mut lines = Vec::new();
    for line in text.lines() {
        let first = if lines.is_empty() { at } else { indent };
        lines.extend(fill(line, room(first), room(indent)));
    }
    lines.join(&format!("\n{:indent$}", ""))
}

/// The words with the space behind them. What stands in backticks is one word: a command that is
/// broken in two cannot be copied.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = line;
    std::iter::from_fn(move || {
        let mut quotes = 0;
        let space = rest.char_indices().find(|&(_, c)| {
            quotes += usize::from(c == '`');
            c == ' ' && quotes % 2 == 0
        });
        // A backtick that is never closed quotes nothing.
        let end = space.map(|(at, _)| at).or_else(|| (quotes % 2 == 1).then(|| rest.find(' '))?);
        let (word, after) = rest.split_at(end.map_or(rest.len(), |at| at + 1));
        rest = after;
        (!word.is_empty()).then_some(word)
    })
}

/// Breaks one line into lines of at most `first` and then `rest` columns.
///
/// White space within a line is kept, as it may be a column of its own.
pub(super) fn fill(line: &str, first: usize, rest: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut current = String::new();
    for word in words(line) {
        let room = if lines.is_empty() { first } else { rest };
        let width = measure_text_width(&current) + measure_text_width(word.trim_end());
        if width > room && !current.trim().is_empty() {
            lines.push(current.trim_end().to_owned());
            current.clear();
        }
        current.push_str(word);
    }
    lines.push(current.trim_end().to_owned());
    lines
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_break_at_words_and_hang() {
        let text = "mongod, SECONDARY again after 3.1s, lag 0s";
        assert_eq!(
            hang(text, 4, 4, Some(24)),
            "mongod, SECONDARY\n    again after 3.1s,\n    lag 0s"
        );
        assert_eq!(hang(text, 4, 4, None), text);
        assert_eq!(hang(text, 4, 4, Some(12)), text, "too narrow to be worth it");
        let hint = "run `tlsplan apply a.toml` again";
        assert_eq!(hang(hint, 0, 2, Some(24)), "run\n  `tlsplan apply a.toml`\n  again");
        assert_eq!(hang("an ` open quote breaks", 0, 0, Some(16)), "an ` open quote\nbreaks");
        assert_eq!(hang("one\ntwo", 0, 2, None), "one\n  two");
    }

    proptest! {
        #[test]
        fn no_word_is_lost_and_only_a_long_word_makes_a_long_line(
            words in proptest::collection::vec("[a-z]{1,30}", 0..20),
            room in 5_usize..60,
        ) {
            let lines = fill(&words.join(" "), room, room);
            prop_assert_eq!(lines.join(" "), words.join(" "));
            for line in lines {
                prop_assert!(measure_text_width(&line) <= room || !line.contains(' '));
            }
        }
    }
}
