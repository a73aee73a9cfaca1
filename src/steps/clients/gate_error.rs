//! A gate for clients that is not met: who speaks plaintext, by name, and what to do about it.

use std::time::Duration;

use crate::{
    cluster::clients::{ClientSummary, Encryption, ObservedClient, VisibilityGap, summarize},
    engine::{progress::Progress, step_error},
    error::Exit,
    name::HostName,
    steps::error::rough,
};

/// More than these are counted.
const MOST: usize = 12;

/// Why a gate did not open.
#[derive(Debug, thiserror::Error)]
pub enum GateBlocked {
    /// Clients go on in plaintext, or have until a moment ago.
    #[error("`{name}`: {}, and {} without are asked for", spoken(.clients, *.quiet), rough(*.wanted))]
    Plaintext {
        /// The step.
        name: String,
        /// How long nobody shall have spoken it.
        wanted: Duration,
        /// For how long nobody has, as far as that is proved.
        quiet: Duration,
        /// Who stands in the way.
        clients: Vec<ObservedClient>,
    },
    /// A server does not tell who its clients are.
    #[error("`{name}` cannot be held: the server on `{host}` does not tell plaintext from TLS")]
    Blind {
        /// The step.
        name: String,
        /// The host.
        host: HostName,
        /// Why it does not.
        #[source]
        why: VisibilityGap,
    },
}

impl step_error::Failure for GateBlocked {
    /// Clients may go over to TLS by themselves; a server does not begin to tell.
    fn exit(&self, _: Progress) -> Exit {
        match self {
            Self::Plaintext { .. } => Exit::PartWay,
            Self::Blind { .. } => Exit::Refused,
        }
    }

    fn hints(&self, progress: Progress) -> Vec<String> {
        let mut hints = match self {
            Self::Plaintext { clients, .. } => hints(clients),
            Self::Blind { host, why, .. } => vec![sight(host, why)],
        };
        hints.push(progress.describe());
        hints
    }
}

/// When plaintext was spoken last.
fn spoken(clients: &[ObservedClient], quiet: Duration) -> String {
    if clients.iter().any(|seen| seen.client.open > 0) {
        return "clients speak plaintext now".to_owned();
    }
    format!("plaintext was spoken {} ago", rough(quiet))
}

/// Who they are, and what may be done.
fn hints(clients: &[ObservedClient]) -> Vec<String> {
    let clients = summarize(clients);
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
fn words(summary: &ClientSummary<'_>) -> String {
    let name = match (summary.application, summary.driver) {
        (Some(name), "") => format!("`{name}`"),
        (Some(name), driver) => format!("`{name}` ({driver})"),
        (None, "") => "a client without a name".to_owned(),
        (None, driver) => format!("a client without a name ({driver})"),
    };
    let speaks = match (summary.encryption, summary.open) {
        (Encryption::Unknown, _) => {
            "was connected before anything could be told, and may speak plaintext, to"
        }
        (Encryption::Plaintext, 0) => "spoke plaintext to",
        (Encryption::Plaintext, _) => "speaks plaintext to",
        (Encryption::Tls, _) => "speaks TLS to",
    };
    let hosts: Vec<_> = summary.hosts.iter().map(|host| format!("`{host}`")).collect();
    let when = match (summary.open, summary.since, summary.last) {
        (0, _, Some(last)) => format!("none open, the last one ended at {last:.0}"),
        (0, ..) => "none open".to_owned(),
        (open, Some(since), _) => format!("{open} open, the oldest since {since:.0}"),
        (open, None, _) => format!("{open} open"),
    };
    format!("{name} at {} {speaks} {}: {when}", summary.address, hosts.join(", "))
}

/// What makes a server tell.
fn sight(host: &HostName, why: &VisibilityGap) -> String {
    let without = "or `[waive] P26 = \"...\"` goes on without knowing";
    match why {
        VisibilityGap::Quiet => {
            format!(
                "take `systemLog.quiet` out of its configuration and restart `{host}`, {without}"
            )
        }
        VisibilityGap::Hidden => format!(
            "take `disableNonTLSConnectionLogging` out of its configuration and restart `{host}`, {without}"
        ),
        VisibilityGap::NotReadable(_) | VisibilityGap::OwnConnectionMissing => format!(
            "see `systemLog` in the configuration of `{host}`, and whether logrotate tells the server: a file that root can read, or the journal of its unit; {without}"
        ),
        VisibilityGap::LogStartMissing => format!(
            "give the login the role `clusterMonitor`, or restart `{host}` so that its log begins with it; {without}"
        ),
        VisibilityGap::NoHostAddresses => {
            format!("`ip` or `hostname -I` has to work on `{host}`; {without}")
        }
        VisibilityGap::NoHandshakes => {
            format!("put `logVersions` under `net.tls` of `{host}` and restart it")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::clients::Client;

    fn seen(
        host: &str,
        application: Option<&str>,
        encryption: Encryption,
        open: usize,
    ) -> ObservedClient {
        let client = Client {
            address: "10.0.0.9".into(),
            application: application.map(str::to_owned),
            driver: "nodejs 6".into(),
            encryption,
            connections: 3,
            open,
            since: "2026-11-26T20:00:05.7Z".parse().ok().filter(|_| open > 0),
            last: "2026-11-26T20:04:11.25Z".parse().ok(),
        };
        ObservedClient { host: HostName::new(host), client }
    }

    #[test]
    fn each_client_is_told_once_with_all_its_servers() {
        let clients = [
            seen("db1", Some("billing"), Encryption::Plaintext, 2),
            seen("db2", Some("billing"), Encryption::Plaintext, 1),
            seen("db1", Some("gone"), Encryption::Plaintext, 0),
            seen("db3", None, Encryption::Unknown, 1),
        ];
        let told = hints(&clients);
        assert_eq!(
            told[..3],
            [
                "`billing` (nodejs 6) at 10.0.0.9 speaks plaintext to `db1`, `db2`: 3 open, the oldest since 2026-11-26T20:00:05Z",
                "`gone` (nodejs 6) at 10.0.0.9 spoke plaintext to `db1`: none open, the last one ended at 2026-11-26T20:04:11Z",
                "a client without a name (nodejs 6) at 10.0.0.9 was connected before anything could be told, and may speak plaintext, to `db3`: 1 open, the oldest since 2026-11-26T20:00:05Z",
            ]
        );
        assert_eq!(told.len(), 4);
        assert_eq!(spoken(&clients, Duration::ZERO), "clients speak plaintext now");
        assert_eq!(spoken(&clients[2..3], Duration::from_secs(7)), "plaintext was spoken 7s ago");
    }

    #[test]
    fn a_crowd_is_counted() {
        let crowd: Vec<_> = (0..20)
            .map(|number| seen("db1", Some(&format!("app{number:02}")), Encryption::Plaintext, 1))
            .collect();
        let told = hints(&crowd);
        assert_eq!(told.len(), MOST + 2);
        assert_eq!(told[MOST], "and 8 more: `tlsplan status` shows every client");
    }
}
