//! What the format has and this version does not support: refused by name, never ignored.

use crate::plan::{entry::Entry, violation::Violation};

/// Keys of steps that are not supported yet.
pub(crate) const STEP_KEYS: [&str; 8] =
    ["when", "for_each", "serial", "verify", "on_failure", "before", "after", "soak"];

/// Refuses a kind of step.
pub(crate) fn refuse_kind(entry: Entry<'_>) {
    let message = format!("steps of the kind `{}` are not built yet", entry.key());
    refuse(entry, message, "take the step out and do it by other means");
}

/// Refuses a key of a step.
pub(crate) fn refuse_key(entry: Entry<'_>) {
    let help = match entry.key() {
        "verify" => "take it out: what a step does is verified in any case",
        _ => "take it out",
    };
    refuse(entry, format!("`{}` is not built yet", entry.key()), help);
}

fn refuse(entry: Entry<'_>, message: String, help: &str) {
    let violation = Violation::new(message, "refused rather than ignored").help(help);
    entry.diagnostics().report(entry.key_span(), violation);
}
