//! Finds what is likely a secret written as text, and masks it without moving anything.
//!
//! The parsed plan tells most of them, but a plan that does not parse is shown too: so the raw text
//! is searched for keys that speak of passwords.

use std::ops::Range;

use super::message::nearest;

/// Keys of the plan that stand for secrets.
const SECRETS: [&str; 3] = ["password", "become_password", "identity_passphrase"];

/// How far back from an equals sign its key is looked for.
const LONGEST_KEY: usize = 64;

/// A key that only begins like one of them.
const OPEN: &str = "become";

/// Words in a key that announce a secret.
const TELLING: [&str; 4] = ["pass", "secret", "pwd", "token"];

/// Whether a key, perhaps misspelt, looks as if its value were a secret.
pub(crate) fn is_telling(key: &str) -> bool {
    let key = key.trim_matches([' ', '\t', '"', '\'']).to_lowercase();
    TELLING.iter().any(|word| key.contains(word))
        || (key != OPEN && nearest(&key, SECRETS).is_some())
}

/// The quoted texts that stand behind a telling key, well-formed or not.
pub(crate) fn likely_secrets(text: &str) -> Vec<Range<usize>> {
    text.match_indices('=')
        .filter_map(|(equals, _)| {
            let (before, after) = (text.get(..equals)?, text.get(equals + 1..)?);
            let value = after.trim_start_matches([' ', '\t']);
            let start = equals + 1 + (after.len() - value.len());
            let length = quoted_length(value)?;
            let key = tail(before).rsplit(['\n', ',', '{', '.']).next()?;
            is_telling(key).then(|| start + 1..start + length)
        })
        .collect()
}

/// The end of a text, long enough for a key: a hostile file has no line ends to stop at.
fn tail(text: &str) -> &str {
    let start = (0..=text.len().saturating_sub(LONGEST_KEY)).rev();
    start.into_iter().find_map(|start| text.get(start..)).unwrap_or(text)
}

/// How far a quoted text reaches, its opening quote included: to its end, or to the end of the line
/// where the end is missing; `None` where no text begins.
fn quoted_length(value: &str) -> Option<usize> {
    for fence in ["\"\"\"", "'''"] {
        if let Some(rest) = value.strip_prefix(fence) {
            return Some(fence.len() + rest.find(fence).unwrap_or(rest.len()));
        }
    }
    let quote = value.chars().next().filter(|first| ['"', '\''].contains(first))?;
    let line = value.lines().next().unwrap_or(value);
    let mut escaped = false;
    let end = line.char_indices().skip(1).find(|&(_, char)| {
        let found = char == quote && !escaped;
        escaped = char == '\\' && !escaped && quote == '"';
        found
    });
    Some(end.map_or(line.len(), |(index, _)| index))
}

/// The text with the ranges starred out, byte for byte, so that every place keeps its number.
pub(crate) fn masked(text: &str, secrets: &[Range<usize>]) -> String {
    let mut secrets = secrets.to_vec();
    secrets.sort_by_key(|range| range.start);
    let mut out = String::with_capacity(text.len());
    let mut pending = secrets.into_iter().peekable();
    for (index, char) in text.char_indices() {
        while pending.next_if(|range| range.end <= index).is_some() {}
        if char != '\n' && pending.peek().is_some_and(|range| range.contains(&index)) {
            out.push_str(&"*".repeat(char.len_utf8()));
        } else {
            out.push(char);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked_and_nothing_moves() {
        for (text, expected) in [
            ("password = \"hünter\"\nx = 1", "password = \"*******\"\nx = 1"),
            ("become_password='a\\'\n", "become_password='**'\n"),
            (
                "m = { user = \"x\", password = \"y\\\"z\" }",
                "m = { user = \"x\", password = \"****\" }",
            ),
            ("password = \"open\nx = \"y\"", "password = \"****\nx = \"y\""),
            ("password = { env = \"X\" }", "password = { env = \"X\" }"),
            ("pasword = \"\"\"a\nb\"\"\"", "pasword = \"***\n*\"\"\""),
            ("pasword = \"x\"\nuser = \"x\"", "pasword = \"*\"\nuser = \"x\""),
            ("name = \"x\"", "name = \"x\""),
            ("become = \"sudoo\"", "become = \"sudoo\""),
            ("becom_password = \"x\"", "becom_password = \"*\""),
        ] {
            assert_eq!(masked(text, &likely_secrets(text)), expected);
        }
    }
}
