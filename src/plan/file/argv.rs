//! A program and its arguments: a list of words, or a text that is split into words without a shell.

use toml::de::DeValue;

use crate::plan::{
    entry::{Entry, Spanned},
    message::quoted,
    violation::Violation,
};

/// Words that only a shell understands. A text that has one was written for a shell.
const SHELL_WORDS: [&str; 9] = ["|", "||", "&", "&&", ";", ">", ">>", "<", "2>&1"];

/// Reads a list of words.
pub(crate) fn read_list(entry: Entry<'_>) -> Option<Spanned<Vec<String>>> {
    let span = entry.span();
    let entries = entry.list("words, like `[\"vault\", \"read\"]`")?;
    let count = entries.len();
    let words: Vec<_> = entries.into_iter().filter_map(|word| word.parsed(argument)).collect();
    if words.first().is_none_or(|program| program.value.is_empty()) && words.len() == count {
        entry.report(Violation::new(
            format!("`{}` names no program", entry.key()),
            "nothing to run",
        ));
        return None;
    }
    let value = words.into_iter().map(|word| word.value).collect();
    Some(Spanned { value, span })
}

/// Reads a command that runs on a host: a text or a list of words, and no secret in it.
pub(crate) fn read_command(entry: Entry<'_>) -> Option<Spanned<Vec<String>>> {
    match entry.value() {
        DeValue::String(_) => entry.parsed(split),
        DeValue::Array(_) => {
            let secrets = entry.list("words")?.into_iter().filter(|word| word.value().is_table());
            let secrets: Vec<_> = secrets.map(refuse_secret).collect();
            if secrets.is_empty() { read_list(entry) } else { None }
        }
        DeValue::Table(_) => {
            refuse_secret(entry);
            None
        }
        _ => entry.wrong_type("a text or a list of words"),
    }
}

fn refuse_secret(entry: Entry<'_>) {
    let message = format!("`{}` cannot hold a secret", entry.key());
    let violation = Violation::new(message, "every user of the host can read a command's words");
    entry.report(violation.help("let the command read the secret from a file on the host"));
}

/// Splits a text as a shell would, and refuses what only a shell can do.
fn split(text: &str) -> Result<Vec<String>, Violation> {
    let list = "no shell reads it; write a list, like `[\"sh\", \"-c\", \"...\"]`";
    // The splitter takes what follows this sign for a comment and drops it.
    if text.starts_with('#') || text.contains(" #") || text.contains("\t#") {
        return Err(Violation::new("a command cannot hold a comment", "`#`").help(list));
    }
    let words = shell_words::split(text)
        .map_err(|_| Violation::new("a quote in the command is not closed", "not closed"))?;
    if let Some(word) = words.iter().find(|word| SHELL_WORDS.contains(&word.as_str())) {
        let message = format!("a command cannot hold {}", quoted(word));
        return Err(Violation::new(message, "only a shell understands this").help(list));
    }
    let words: Vec<_> = words.iter().map(|word| argument(word)).collect::<Result<_, _>>()?;
    if words.first().is_none_or(String::is_empty) {
        return Err(Violation::new("this command is empty", "nothing to run"));
    }
    Ok(words)
}

fn argument(text: &str) -> Result<String, Violation> {
    if text.contains('\0') {
        return Err(Violation::new("an argument cannot hold a NUL", "no program gets this"));
    }
    Ok(text.to_owned())
}
