//! Passwords in configuration files: which options hold them, and text without them.
//!
//! A diff is shown to people and written to logs, so it is made from texts that were masked
//! before. Masking too much is harmless here, masking too little is not.

use super::{config_file::ConfigFile, options::Options};

/// What stands in place of a secret.
pub(super) const MASK: &str = "***";

/// Shorter words of a secret are not looked for in the rest of the text.
const SHORTEST_WORD: usize = 3;

/// Whether an option's value is a secret, by its name (`certificateKeyFilePassword`, …).
pub(super) fn is_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    ["password", "passphrase", "passwd", "secret"].iter().any(|word| key.contains(word))
}

/// The file's text without its secrets, line for line. Comments are masked like options, as an
/// option that was commented out still holds its password.
pub(super) fn masked(file: &ConfigFile) -> String {
    let mut text = String::with_capacity(file.text().len());
    let mut hidden_below: Option<usize> = None;
    for line in file.text().split_inclusive('\n') {
        let body = line.trim_end_matches(['\n', '\r']);
        let ending = line.strip_prefix(body).unwrap_or_default();
        let indent = body.len() - body.trim_start().len();
        // A value may go on in lines that are indented deeper than its key.
        if hidden_below.is_some_and(|key| body.trim().is_empty() || indent > key) {
            text.push_str(if body.trim().is_empty() { body } else { MASK });
        } else if let Some(colon) = end_of_secret_key(body) {
            hidden_below = (!body.trim_start().starts_with('#')).then_some(indent);
            text.push_str(body.get(..colon).unwrap_or_default());
            text.push(' ');
            text.push_str(MASK);
        } else {
            hidden_below = None;
            text.push_str(body);
        }
        text.push_str(ending);
    }
    for word in secret_words(file.options()) {
        text = text.replace(&word, MASK);
    }
    text
}

/// Where the colon after a secret's name ends, if the line has one.
fn end_of_secret_key(line: &str) -> Option<usize> {
    line.match_indices(':').map(|(at, colon)| at + colon.len()).find(|&end| {
        let before = line.get(..end).unwrap_or_default();
        let key =
            before.rsplit([' ', '\t', '{', ',', '#']).find(|word| !word.is_empty() && *word != ":");
        key.is_some_and(is_secret)
    })
}

/// The secrets themselves, in case one is laid out in a way the lines do not show.
fn secret_words(options: &Options) -> Vec<String> {
    options
        .iter()
        .filter(|(key, _)| is_secret(key))
        .filter_map(|(key, _)| options.text(key))
        .flat_map(|secret| {
            let words: Vec<String> = secret.split_whitespace().map(str::to_owned).collect();
            std::iter::once(secret).chain(words)
        })
        .filter(|word| word.len() >= SHORTEST_WORD)
        .collect()
}
