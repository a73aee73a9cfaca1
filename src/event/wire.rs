//! How values look in JSON where the derived form would be awkward for its readers.
//!
//! Scripts compare numbers: a duration is seconds, an exit is the number that the shell sees.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Serialize, Serializer};

use crate::{
    cluster::{
        clients::{Encryption, ObservedClient, VisibilityGap},
        topology::MemberState,
    },
    error::Exit,
    name::{HostName, MemberName},
};

/// A duration as seconds, to the millisecond.
pub(crate) fn seconds<S: Serializer>(duration: &Duration, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_f64(rounded(*duration))
}

/// As [`seconds`]; unknown is `null`.
#[expect(clippy::ref_option, reason = "the signature is serde's")]
pub(crate) fn maybe_seconds<S: Serializer>(
    duration: &Option<Duration>,
    to: S,
) -> Result<S::Ok, S::Error> {
    duration.map(rounded).serialize(to)
}

fn rounded(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1000.0).round() / 1000.0
}

/// An exit as the number that the shell sees.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
pub(crate) fn code<S: Serializer>(exit: &Exit, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_u8(exit.code())
}

/// Clients with the server that each was seen by; moments as text, to the millisecond.
pub(crate) fn clients<S: Serializer>(clients: &[ObservedClient], to: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Row<'a> {
        host: &'a HostName,
        address: &'a str,
        application: Option<&'a str>,
        driver: &'a str,
        speech: Encryption,
        connections: usize,
        open: usize,
        since: Option<String>,
        last: Option<String>,
    }
    let time = |time: Option<Timestamp>| time.map(|time| format!("{time:.3}"));
    to.collect_seq(clients.iter().map(|ObservedClient { host, client }| Row {
        host,
        address: &client.address,
        application: client.application.as_deref(),
        driver: &client.driver,
        speech: client.encryption,
        connections: client.connections,
        open: client.open,
        since: time(client.since),
        last: time(client.last),
    }))
}

/// Servers that do not tell, as objects with their reason in words.
pub(crate) fn blind<S: Serializer>(
    blind: &[(HostName, VisibilityGap)],
    to: S,
) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Blind<'a> {
        host: &'a HostName,
        why: String,
    }
    to.collect_seq(blind.iter().map(|(host, why)| Blind { host, why: why.to_string() }))
}

/// Members as objects, so that nobody has to count the fields of a tuple.
pub(crate) fn members<S: Serializer>(
    members: &[(HostName, MemberName, MemberState)],
    to: S,
) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Place<'a> {
        host: &'a HostName,
        member: &'a MemberName,
        state: MemberState,
    }
    let places = members.iter();
    to.collect_seq(places.map(|(host, member, state)| Place { host, member, state: *state }))
}
