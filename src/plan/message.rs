//! Words in messages: values made safe to print, lists, and the name that was probably meant.

use std::path::Path;

/// The longest value that a message repeats.
const LONGEST: usize = 60;

/// A value of the plan for a message: in backticks, cut, with everything unprintable escaped.
pub(crate) fn quoted(value: &str) -> String {
    let mut text: String = value.chars().take(LONGEST).map(printable).collect();
    if value.chars().nth(LONGEST).is_some() {
        text.push_str("...");
    }
    format!("`{text}`")
}

/// A path of this machine for a message; never cut, because a person will copy it.
pub(crate) fn quoted_path(path: &Path) -> String {
    let text: String = path.to_string_lossy().chars().map(printable).collect();
    format!("`{text}`")
}

/// One character as it may stand on a terminal; quotes stay as they are.
fn printable(char: char) -> String {
    match char {
        '"' | '\'' | '\\' => char.to_string(),
        _ => char.escape_debug().to_string(),
    }
}

/// "`a`, `b` or `c`".
pub(crate) fn alternatives<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    join(words, " or ")
}

/// "`a`, `b` and `c`".
pub(crate) fn all_of<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    join(words, " and ")
}

fn join<'a>(words: impl IntoIterator<Item = &'a str>, last: &str) -> String {
    let mut words: Vec<String> = words.into_iter().map(quoted).collect();
    match words.pop() {
        None => String::new(),
        Some(only) if words.is_empty() => only,
        Some(end) => format!("{}{last}{end}", words.join(", ")),
    }
}

/// The candidate that was probably meant: a few typing errors away, or one is the beginning of the other.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    if word.len() > LONGEST {
        return None;
    }
    let plain = |text: &str| text.to_lowercase().replace('-', "_");
    let wanted = plain(word);
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let known = plain(candidate);
            let edits = strsim::damerau_levenshtein(&wanted, &known);
            let begun = (wanted.len() >= 3 && known.starts_with(&wanted))
                || (known.len() >= 3 && wanted.starts_with(&known));
            let close = edits <= 1 + known.chars().count() / 4 && edits < known.chars().count();
            (close || begun).then_some((edits, candidate))
        })
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

/// "did you mean `x`?", where there is a likely candidate.
pub(crate) fn did_you_mean<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    nearest(word, candidates).map(|candidate| format!("did you mean {}?", quoted(candidate)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typing_error_finds_what_was_meant_and_another_word_does_not() {
        let keys = ["hosts", "steps", "known_hosts", "tls_mode", "timeout"];
        for (word, meant) in [
            ("hossts", Some("hosts")),
            ("known-hosts", Some("known_hosts")),
            ("TLS_MODE", Some("tls_mode")),
            ("timeuot", Some("timeout")),
            ("tim", Some("timeout")),
            ("hosts_of_rs0", Some("hosts")),
            ("cache_gb", None),
            ("x", None),
        ] {
            assert_eq!(nearest(word, keys), meant, "{word}");
        }
    }

    #[test]
    fn values_are_escaped_and_cut() {
        assert_eq!(quoted("a\u{1b}[31m\u{202e}\"b"), r#"`a\u{1b}[31m\u{202e}"b`"#);
        assert_eq!(quoted(&"x".repeat(99)), format!("`{}...`", "x".repeat(60)));
    }

    #[test]
    fn lists_read_as_sentences() {
        assert_eq!(alternatives(["a"]), "`a`");
        assert_eq!(alternatives(["a", "b", "c"]), "`a`, `b` or `c`");
    }
}
