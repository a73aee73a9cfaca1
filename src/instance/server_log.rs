//! A mongod's log lines turned into words for people: JSON from 4.4 on, text before.
//!
//! Of hundreds of lines the few that say why something failed are wanted: the errors, else the
//! warnings, else the last lines.

use serde_json::Value;

use crate::{host::log::LogSince, sanitise::sanitise_line};

/// Columns of an attribute that is shown as it is.
const ATTRIBUTE_WIDTH: usize = 300;

impl LogSince {
    /// The lines that explain most, at most `most`, made safe to print.
    #[must_use]
    pub fn key_lines(&self, most: usize) -> Vec<String> {
        // Together: the log may end with the old process's last lines, and the journal hold the
        // new one's error.
        telling(&[&self.log[..], b"\n", &self.journal].concat(), most)
    }
}

/// How much a line matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Severity {
    Other,
    Warning,
    Error,
}

/// The most telling lines of a log, at most `most`, oldest first, made safe to print.
#[must_use]
pub fn telling(log: &[u8], most: usize) -> Vec<String> {
    let lines: Vec<(Severity, String)> = log
        .split(|&byte| byte == b'\n')
        .filter(|line| !line.trim_ascii().is_empty())
        .map(|line| read(line.trim_ascii()))
        .collect();
    let worst = lines.iter().map(|(severity, _)| *severity).max().unwrap_or(Severity::Other);
    let mut words: Vec<String> = Vec::new();
    for (severity, line) in lines {
        let is_new = !line.is_empty() && words.last() != Some(&line);
        if severity == worst && is_new {
            words.push(line);
        }
    }
    words.split_off(words.len().saturating_sub(most))
}

fn read(line: &[u8]) -> (Severity, String) {
    match serde_json::from_slice::<Value>(line) {
        Ok(Value::Object(fields)) => {
            let text = |key: &str| fields.get(key).and_then(Value::as_str).unwrap_or_default();
            let mut words = text("msg").to_owned();
            if let Some(reason) = fields.get("attr").and_then(reason) {
                words = format!("{words}: {reason}");
            }
            (severity(text("s")), sanitise_line(words.as_bytes()))
        }
        _ => read_text(line),
    }
}

/// `2026-11-24T18:58:43.379+0000 E  NETWORK  [main] words`, or anything at all.
fn read_text(line: &[u8]) -> (Severity, String) {
    let text = sanitise_line(line);
    let mut words = text.splitn(3, ' ');
    let (stamp, letter) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    if letter.len() != 1 || !stamp.starts_with("20") {
        return (Severity::Other, text);
    }
    let rest = words.next().unwrap_or_default();
    let said = rest.split_once(']').map_or(rest, |(_, said)| said).trim().to_owned();
    (severity(letter), said)
}

fn severity(letter: &str) -> Severity {
    match letter {
        "E" | "F" => Severity::Error,
        "W" => Severity::Warning,
        _ => Severity::Other,
    }
}

/// What the attributes say about why: the error in its own words and what it is about, else all.
fn reason(attributes: &Value) -> Option<String> {
    let is_error = |key: &str| ["error", "reason", "errmsg"].contains(&key);
    let fields = attributes.as_object()?;
    let words = match fields.iter().find(|(key, _)| is_error(key)) {
        Some((_, error)) => {
            let about: String = fields
                .iter()
                .filter(|(key, _)| !is_error(key))
                .filter_map(|(key, value)| Some(format!(" ({key} {})", value.as_str()?)))
                .collect();
            format!("{}{about}", in_words(error))
        }
        None if fields.is_empty() => return None,
        None => attributes.to_string(),
    };
    Some(words.chars().take(ATTRIBUTE_WIDTH).collect())
}

fn in_words(error: &Value) -> String {
    let message = error.get("errmsg").unwrap_or(error);
    message.as_str().map_or_else(|| message.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_errors_are_found_among_the_rest() {
        let log = br#"{"s":"I","msg":"Applied","attr":{"x":1}}
{"s":"W","msg":"careful"}
{"s":"F","msg":"Error during global initialization","attr":{"error":{"code":140,"codeName":"InvalidSSLConfiguration","errmsg":"The provided SSL certificate is expired or not yet valid."}}}
{"s":"E","msg":"DBException","attr":{"error":"Location28601: no","file":"/x"}}
{"s":"I","msg":"Now exiting"}
"#;
        assert_eq!(
            telling(log, 5),
            [
                "Error during global initialization: The provided SSL certificate is expired or not yet valid.",
                "DBException: Location28601: no (file /x)"
            ]
        );
    }

    #[test]
    fn lines_of_older_servers_are_read_too() {
        let log = b"2026-11-24T18:58:43.379+0000 I  CONTROL  [main] hello\n\
            2026-11-24T18:58:43.379+0000 E  NETWORK  [main] cannot read certificate file: /x \x1b[2J\n";
        assert_eq!(telling(log, 5), [r"cannot read certificate file: /x \x1b[2J"]);
    }

    #[test]
    fn without_an_error_the_last_lines_have_to_do() {
        assert_eq!(telling(b"one\ntwo\nthree\n\n", 2), ["two", "three"]);
        assert!(telling(b"", 2).is_empty());
    }
}
