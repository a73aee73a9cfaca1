//! What was checked and found right.

use super::count;
use crate::{event::Fact, text::HumanDuration};

pub(super) fn fact(fact: &Fact) -> String {
    let fixed = match fact {
        Fact::Plan { path, steps, hosts } => {
            let (steps, hosts) = (count(*steps, "step"), count(*hosts, "host"));
            return format!(
                "{path}: {steps} on {hosts}, nothing wrong that can be seen without a connection"
            );
        }
        Fact::Certificates => "certificates: chain, names, dates, keys",
        Fact::CertificatesWithLockedKey => {
            "certificates: chain, names, dates; whether the pass phrase opens the key, the canary shows"
        }
        Fact::ReachedByTls => "reached by TLS, as after the next step",
        Fact::PeersReachedByTls { from, to } => {
            return format!(
                "reached each other by TLS with their own certificates, {from} x {to} pairs"
            );
        }
        Fact::CanaryStarted { mode } => {
            return format!("a canary mongod started on the {mode} file");
        }
        Fact::Verified => "heard over fresh connections, both ways",
        Fact::Confirmed { question, by } => return format!("{question}: yes, by {by}"),
        Fact::PlaintextFree { free_for, tls_connections } => {
            let beside = match tls_connections {
                0 => String::new(),
                1 => "; 1 connection with TLS is open".to_owned(),
                open => format!("; {open} connections with TLS are open"),
            };
            let free = HumanDuration(free_for.as_secs());
            return format!("no client has spoken plaintext for {free}{beside}");
        }
    };
    fixed.to_owned()
}
