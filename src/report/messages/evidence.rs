//! What is true of a server, in one sentence.

use crate::{
    cluster::mode::TlsMode,
    event::{Evidence, Modes, Probe},
};

pub(super) fn evidence(evidence: &Evidence) -> String {
    let Modes { running, started_with, file } = evidence.mode;
    let until = evidence.certificate.as_ref().map_or_else(String::new, |certificate| {
        let day = certificate.not_after.split('T').next().unwrap_or_default();
        format!("; certificate until {day}")
    });
    format!(
        "{running}, started with {}, file {}; {}; {}{until}",
        mode(started_with),
        mode(file),
        probe("TLS", &evidence.tls),
        probe("plaintext", &evidence.plaintext),
    )
}

fn mode(mode: Option<TlsMode>) -> String {
    mode.map_or_else(|| "unknown".to_owned(), |it| it.to_string())
}

fn probe(name: &str, probe: &Probe) -> String {
    match probe {
        Probe::Accepted => format!("{name} accepted"),
        Probe::Refused(words) => format!("{name} refused: {words}"),
        Probe::Unknown(words) => format!("{name} not known: {words}"),
    }
}
