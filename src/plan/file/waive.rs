//! `[waive]`: checks switched off by id, each with a reason.

use std::collections::BTreeMap;

use crate::{
    cluster::check::CheckId,
    plan::{entry::Entry, rule, violation::Violation},
};

/// Reads the waivers.
pub(crate) fn read(entry: Entry<'_>) -> BTreeMap<CheckId, String> {
    let Some(table) = entry.table("`[waive]`") else { return BTreeMap::new() };
    table.entries().into_iter().filter_map(read_one).collect()
}

fn read_one(entry: Entry<'_>) -> Option<(CheckId, String)> {
    let id = rule::name::check_id(entry.key());
    if let Err(violation) = &id {
        entry.diagnostics().report(entry.key_span(), violation.clone());
    }
    let text = entry.text()?;
    if text.value.trim().is_empty() {
        let message = format!("`{}` is waived without a reason", entry.key());
        let help = format!("say why, like `{} = \"renewal is booked for Friday\"`", entry.key());
        entry.report(Violation::new(message, "a reason is needed").help(help));
        return None;
    }
    Some((id.ok()?, text.value.to_owned()))
}
