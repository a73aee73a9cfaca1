//! From openssl's output to the reason of a failure, by the rules of the server that would dial.
//!
//! openssl continues after a certificate that it does not trust, so that the certificate is seen. The
//! host name is checked here, because mongod has rules of its own for names.

use super::{DialAttempt, DialEnd, PeerTlsError};
use crate::cluster::{
    certificate::{Certificate, covers},
    config::VerifyMode,
};

/// An error with openssl's reason for it.
type ForReason = fn(String) -> PeerTlsError;

/// What openssl prints of what it met with before there was a certificate, and what that means.
const BEFORE: [(&str, ForReason); 22] = [
    ("name or service not known", PeerTlsError::NameNotFound),
    ("temporary failure in name resolution", PeerTlsError::NameNotFound),
    ("no address associated with hostname", PeerTlsError::NameNotFound),
    ("non-recoverable failure in name resolution", PeerTlsError::NameNotFound),
    ("connection refused", |_| PeerTlsError::Refused),
    ("no route to host", PeerTlsError::NoRoute),
    ("network is unreachable", PeerTlsError::NoRoute),
    ("connection timed out", |_| PeerTlsError::Timeout),
    // OpenSSL 3, then 1.1: a file that is not there, cannot be read, holds something else.
    ("could not open file", PeerTlsError::Unreadable),
    ("could not read", PeerTlsError::Unreadable),
    ("can't open", PeerTlsError::Unreadable),
    ("unable to load", PeerTlsError::Unreadable),
    ("error setting private key", PeerTlsError::Unreadable),
    ("error setting certificate", PeerTlsError::Unreadable),
    ("key values mismatch", PeerTlsError::Unreadable),
    ("no such file or directory", PeerTlsError::Unreadable),
    ("by_file.c", PeerTlsError::Unreadable),
    ("permission denied", PeerTlsError::Unreadable),
    ("wrong version number", PeerTlsError::NoTls),
    ("unexpected eof", PeerTlsError::NoTls),
    ("write:errno=", PeerTlsError::NoTls),
    ("read:errno=", PeerTlsError::NoTls),
];

/// Why a server that dials `name` in this verify mode would fail; `None` where it would connect.
#[must_use]
pub fn classify(
    attempt: &DialAttempt,
    name: &str,
    verify_mode: VerifyMode,
) -> Option<PeerTlsError> {
    let Some(certificate) = &attempt.certificate else {
        return Some(before(attempt));
    };
    let untrusted = || distrust(&attempt.said);
    let misnamed = || (!covers(certificate, name)).then(|| other_name(certificate, name));
    let ours = match verify_mode {
        VerifyMode::Full => untrusted().or_else(misnamed),
        VerifyMode::SkipHostname => untrusted(),
        VerifyMode::None => None,
    };
    ours.or_else(|| match attempt.ending {
        DialEnd::Answered => None,
        DialEnd::TimedOut => Some(PeerTlsError::NoAnswer),
        DialEnd::Closed => {
            let alert = attempt.said.lines().find_map(alert);
            Some(PeerTlsError::RefusedByPeer(
                alert.map_or(String::new(), |it| format!(" (`{it}`)")),
            ))
        }
    })
}

fn other_name(certificate: &Certificate, wanted: &str) -> PeerTlsError {
    let addresses = certificate.addresses.iter().map(ToString::to_string);
    let names: Vec<_> = certificate.names.iter().cloned().chain(addresses).collect();
    let alone = certificate.common_name.iter().cloned();
    let names = if names.is_empty() { alone.collect() } else { names };
    PeerTlsError::Name { names, wanted: wanted.to_owned() }
}

/// Nothing was shown: the first line that is known says why.
fn before(attempt: &DialAttempt) -> PeerTlsError {
    let known = attempt.said.lines().find_map(|line| {
        let small = line.to_lowercase();
        let (_, of) = BEFORE.iter().find(|(words, _)| small.contains(words))?;
        Some(of(reason(line)))
    });
    match (known, attempt.ending) {
        (Some(obstacle), _) => obstacle,
        (None, DialEnd::TimedOut) => PeerTlsError::Timeout,
        (None, _) => match attempt.said.lines().find_map(alert) {
            Some(alert) => PeerTlsError::NoTls(alert),
            None => {
                PeerTlsError::Failed(attempt.said.lines().next().unwrap_or("no words").to_owned())
            }
        },
    }
}

/// `NUMBER:error:CODE:LIBRARY:FUNCTION:REASON:FILE:LINE:MORE`, of which the reason and more are for
/// people; any other line as it is.
fn reason(line: &str) -> String {
    let Some((_, error)) = line.split_once(":error:") else { return line.trim().to_owned() };
    let parts: Vec<_> = error.split(':').collect();
    match (parts.get(3), parts.get(6)) {
        (Some(reason), Some(more)) if !more.is_empty() => format!("{reason}, {more}"),
        (Some(reason), _) => (*reason).to_owned(),
        (None, _) => line.trim().to_owned(),
    }
}

/// The TLS alert that the peer sent.
fn alert(line: &str) -> Option<String> {
    line.to_lowercase().contains(" alert ").then(|| reason(line))
}

/// The first thing that the chain was not trusted for.
fn distrust(said: &str) -> Option<PeerTlsError> {
    let (mut subject, mut lines) = (String::new(), said.lines());
    while let Some(line) = lines.next() {
        if let Some((_, whose)) = line.strip_prefix("depth=").and_then(|rest| rest.split_once(' '))
        {
            whose.trim().clone_into(&mut subject);
        }
        let Some(error) = line.trim().strip_prefix("verify error:num=") else { continue };
        let (number, words) = error.split_once(':').unwrap_or((error, ""));
        let words = words.trim().to_owned();
        let when = |key: &str| {
            let moment = lines.clone().next().and_then(|next| next.trim().strip_prefix(key));
            moment.map_or(String::new(), |moment| format!(" ({key}{moment})"))
        };
        return Some(match number {
            "9" => PeerTlsError::NotYetValid { when: when("notBefore="), subject },
            "10" => PeerTlsError::Expired { when: when("notAfter="), subject },
            "26" => PeerTlsError::Purpose { subject, words },
            _ => PeerTlsError::Untrusted { subject, words },
        });
    }
    None
}

#[cfg(test)]
#[path = "classify_tests.rs"]
mod tests;
