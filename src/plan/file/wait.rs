//! `wait = { … }`: what the run waits for.

use std::time::Duration;

use super::argv;
use crate::plan::{
    entry::{Entry, Spanned},
    message::{all_of, alternatives},
    model::Wait,
    reader::Reader,
    rule,
    violation::Violation,
};

/// What can be waited for, by its key.
const CONDITIONS: [&str; 4] = ["healthy", "for", "port", "command"];

/// The time between two tries of a command.
const EVERY: Duration = Duration::from_secs(5);

/// The address that a host dials where the plan names none.
const ADDRESS: &str = "127.0.0.1";

/// Reads the table.
pub(crate) fn read(entry: Entry<'_>) -> Option<Wait> {
    let mut table = entry.table("`wait`")?;
    let conditions = CONDITIONS.into_iter().filter_map(|key| table.take(key));
    let conditions: Vec<_> = conditions.collect();
    let address = table.take("address");
    let every = table.take("every");
    check_count(&table, &conditions);
    refuse_without(&conditions, address, "port");
    refuse_without(&conditions, every, "command");
    let address = address.and_then(|entry| entry.parsed(rule::network::address));
    let every = every.and_then(Entry::positive_duration);
    table.finish();
    let read = |condition| read_condition(condition, address.clone(), every.clone());
    let conditions: Vec<_> = conditions.into_iter().map(read).collect();
    conditions.into_iter().next()?
}

fn read_condition(
    entry: Entry<'_>,
    address: Option<Spanned<String>>,
    every: Option<Spanned<Duration>>,
) -> Option<Wait> {
    match entry.key() {
        "healthy" => read_healthy(entry),
        "for" => entry.positive_duration().map(|length| Wait::For(length.value)),
        "port" => {
            let address = address.map_or_else(|| ADDRESS.to_owned(), |address| address.value);
            entry.port().map(|port| Wait::Port { address, port })
        }
        _ => {
            let every = every.map_or(EVERY, |every| every.value);
            argv::read_command(entry).map(|argv| Wait::Command { argv: argv.value, every })
        }
    }
}

fn read_healthy(entry: Entry<'_>) -> Option<Wait> {
    if entry.boolean()? {
        return Some(Wait::Healthy);
    }
    entry.report(Violation::new("`healthy` can only be waited for", "expected `true`"));
    None
}

fn check_count(table: &Reader<'_>, conditions: &[Entry<'_>]) {
    match conditions {
        [_] => {}
        [] => {
            let unknown_keys = table.unknown_keys();
            let mut likely = unknown_keys.iter().filter_map(|key| key.resembles);
            if !likely.any(|key| CONDITIONS.contains(&key)) {
                let message = "`wait` does not say what it waits for";
                let help = format!("add one of {}", alternatives(CONDITIONS));
                let violation = Violation::new(message, "no condition").help(help);
                table.diagnostics().report_missing(table.span(), violation);
            }
        }
        [.., last] => {
            let keys = all_of(conditions.iter().map(Entry::key));
            let violation =
                Violation::new(format!("`wait` has {keys}"), "a step waits for one thing");
            let help = "make a step of each";
            table.diagnostics().report(last.key_span(), violation.help(help));
        }
    }
}

/// Refuses a key that only one condition has a use for.
fn refuse_without(conditions: &[Entry<'_>], key: Option<Entry<'_>>, needed: &str) {
    let Some(key) = key.filter(|_| !conditions.iter().any(|entry| entry.key() == needed)) else {
        return;
    };
    let message = format!("`{}` belongs to `{needed}`", key.key());
    key.diagnostics().report(key.key_span(), Violation::new(message, "no use here"));
}
