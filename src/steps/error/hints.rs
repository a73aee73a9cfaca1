//! What several errors say alike.

use std::time::Duration;

use crate::{
    cluster::explain::{Entry, trouble},
    name::HostName,
};

/// How many entries of the table of log lines one error quotes.
const EXPLAINED: usize = 2;

/// Names in backticks, for a sentence.
pub(crate) fn list(hosts: &[HostName]) -> String {
    let names: Vec<_> = hosts.iter().map(|host| format!("`{host}`")).collect();
    names.join(", ")
}

/// Minutes where there are some, seconds otherwise.
pub(crate) fn rough(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..=119 => format!("{seconds}s"),
        seconds => format!("{}m", seconds / 60),
    }
}

/// What lines of a server's log mean, where that is known: the two that say most.
pub(crate) fn explained<'l>(lines: impl Iterator<Item = &'l str>) -> Vec<String> {
    let mut known: Vec<&Entry> = Vec::new();
    for entry in lines.filter_map(trouble) {
        if !known.contains(&entry) {
            known.push(entry);
        }
    }
    let explained = known.iter().take(EXPLAINED);
    explained.map(|entry| format!("that means: {}; {}", entry.means, entry.fix)).collect()
}
