//! References to secrets: `{ env = "X" }`, `{ file = "path" }`, `{ command = ["vault", "…"] }`.
//!
//! A secret that was written as text is masked in every message about the plan.

use std::path::PathBuf;

use toml::de::DeValue;

use super::argv;
use crate::{
    plan::{entry::Entry, message::all_of, rule, violation::Violation},
    secret::SecretRef,
};

/// How a reference is written.
const FORMS: &str = "name where it is: `{ env = \"X\" }`, `{ file = \"path\" }` or `{ command = [\"vault\", \"...\"] }`";

/// Reads a reference. A path in it is as the plan wrote it.
pub(crate) fn read(entry: Entry<'_>) -> Option<SecretRef> {
    if !matches!(entry.value(), DeValue::Table(_)) {
        entry.diagnostics().conceal(entry.span());
        let message = format!("`{}` holds a secret as text", entry.key());
        let violation = Violation::new(message, "anyone who sees this file knows it");
        entry.report(violation.help(format!("{FORMS}, and change this secret")));
        return None;
    }
    let mut table = entry.table(format!("`{}`", entry.key()))?;
    let env = table.take("env");
    let file = table.take("file");
    let command = table.take("command");
    for unknown_key in table.unknown_keys() {
        table.diagnostics().conceal(unknown_key.value.span());
    }
    let given: Vec<_> = [&env, &file, &command].into_iter().flatten().map(Entry::key).collect();
    let unknown = !table.unknown_keys().is_empty();
    if given.len() > 1 {
        let message = format!("`{}` has {}", entry.key(), all_of(given.iter().copied()));
        entry.report(Violation::new(message, "only one of them can be meant").help(FORMS));
    } else if given.is_empty() && !unknown {
        let message = format!("`{}` does not say where the secret is", entry.key());
        entry.report(Violation::new(message, "empty").help(FORMS));
    }
    table.finish();
    // All are read, whichever counts: a secret in the wrong one has to be masked.
    let (env, file, command) =
        (env.and_then(read_env), file.and_then(read_file), command.and_then(read_command));
    env.or(file).or(command)
}

fn read_env(entry: Entry<'_>) -> Option<SecretRef> {
    let name = entry.parsed(rule::name::environment);
    if name.is_none() {
        entry.diagnostics().conceal(entry.span());
    }
    name.map(|name| SecretRef::Env(name.value))
}

fn read_file(entry: Entry<'_>) -> Option<SecretRef> {
    entry.parsed(rule::path::local).map(|path| SecretRef::File(PathBuf::from(path.value)))
}

fn read_command(entry: Entry<'_>) -> Option<SecretRef> {
    argv::read_list(entry).map(|words| SecretRef::Command(words.value))
}
