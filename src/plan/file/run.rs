//! `[run]`: how much may be done side by side.

use crate::plan::{entry::Entry, model::Parallelism};

/// The most that makes sense; a plan has no more hosts.
const MOST: i64 = 1000;

/// Reads the section; what it leaves out has its default.
pub(crate) fn read(entry: Entry<'_>) -> Option<Parallelism> {
    let default = Parallelism::default();
    let mut table = entry.table("`[run]`")?;
    let mut number = |key| {
        let number = table.take(key).and_then(|entry| entry.number(1, MOST))?;
        usize::try_from(number.value).ok()
    };
    let machines = number("at_once").unwrap_or(default.machines);
    let sets = number("sets_at_once").unwrap_or(default.sets);
    table.finish();
    Some(Parallelism { machines, sets })
}
