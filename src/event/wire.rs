//! How values look in JSON where the derived form would be awkward for its readers.
//!
//! Scripts compare numbers: a duration is seconds, an exit is the number that the shell sees.

use std::time::Duration;

use serde::{Serialize, Serializer};

use crate::{
    cluster::topology::MemberState,
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
