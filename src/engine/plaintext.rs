//! What to do about clients that speak plaintext, by name.

use std::time::Duration;

use super::failure::rough;
use crate::{
    cluster::clients::{Blindness, Seen, Speech},
    name::HostName,
};

/// More than these are counted.
const MOST: usize = 12;

/// When plaintext was spoken last.
pub(super) fn spoken(clients: &[Seen], quiet: Duration) -> String {
    if clients.iter().any(|seen| seen.client.open > 0) {
        return "clients speak plaintext now".to_owned();
    }
    format!("plaintext was spoken {} ago", rough(quiet))
}

/// Who they are, and what may be done.
pub(super) fn hints(clients: &[Seen]) -> Vec<String> {
    let mut hints: Vec<_> = clients.iter().take(MOST).map(words).collect();
    if clients.len() > MOST {
        let more = clients.len() - MOST;
        hints.push(format!("and {more} more: `tlsplan status` shows every client"));
    }
    if clients.is_empty() {
        hints.push("nobody speaks it now; run again: silence counts across runs".to_owned());
        return hints;
    }
    hints.push(
        "switch them to TLS and restart those that keep old connections, or name them under `allow`; then run again: silence counts across runs".to_owned(),
    );
    hints
}

/// One client.
fn words(seen: &Seen) -> String {
    let Seen { host, client } = seen;
    let name = match (&client.application, client.driver.is_empty()) {
        (Some(name), true) => format!("`{name}`"),
        (Some(name), false) => format!("`{name}` ({})", client.driver),
        (None, true) => "a client without a name".to_owned(),
        (None, false) => format!("a client without a name ({})", client.driver),
    };
    let speaks = match client.speech {
        Speech::Plaintext => "speaks plaintext to",
        Speech::Unknown => {
            "was connected before anything could be told, and may speak plaintext, to"
        }
        Speech::Tls => "speaks TLS to",
    };
    let at = |time: jiff::Timestamp| format!("{time:.0}");
    let when = match (client.open, client.since, client.last) {
        (0, _, Some(last)) => {
            format!("no connection is open, the last was heard of at {}", at(last))
        }
        (0, ..) => "no connection is open".to_owned(),
        (open, Some(since), _) => format!("{open} open, the oldest since {}", at(since)),
        (open, None, _) => format!("{open} open"),
    };
    format!("{name} at {} {speaks} `{host}`: {when}", client.address)
}

/// What makes a server tell.
pub(super) fn sight(host: &HostName, why: &Blindness) -> String {
    match why {
        Blindness::Quiet => format!(
            "take `systemLog.quiet` out of its configuration and restart `{host}`, or `[waive] P26 = \"...\"` goes on without knowing"
        ),
        Blindness::Hidden => format!(
            "take `disableNonTLSConnectionLogging` out of its configuration and restart `{host}`, or `[waive] P26 = \"...\"` goes on without knowing"
        ),
        Blindness::NotReadable(_) => format!(
            "see `systemLog` in the configuration of `{host}`: a file that root can read, or the journal of its unit"
        ),
        Blindness::NoHandshakes => {
            format!("put `logVersions` under `net.tls` of `{host}` and restart it")
        }
    }
}
