//! How values look in JSON where the derived form would be awkward for its readers.
//!
//! Scripts compare numbers: a duration is seconds, an exit is the number that the shell sees.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{
    cluster::{
        clients::{Client, Encryption, ObservedClient, VisibilityGap},
        topology::MemberState,
    },
    error::Exit,
    name::{HostName, MemberName},
};

fn rounded(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1000.0).round() / 1000.0
}

fn to_milliseconds<E: serde::de::Error>(seconds: f64) -> Result<Duration, E> {
    let exact = Duration::try_from_secs_f64(seconds).map_err(E::custom)?;
    let milliseconds = (exact + Duration::from_micros(500)).as_millis();
    u64::try_from(milliseconds).map(Duration::from_millis).map_err(E::custom)
}

/// A duration as seconds, to the millisecond.
pub(crate) mod seconds {
    use super::{Deserialize, Deserializer, Duration, Serializer, rounded, to_milliseconds};

    pub(crate) fn serialize<S: Serializer>(duration: &Duration, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_f64(rounded(*duration))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        to_milliseconds(f64::deserialize(from)?)
    }
}

/// As [`seconds`]; unknown is `null`.
pub(crate) mod maybe_seconds {
    use super::{
        Deserialize, Deserializer, Duration, Serialize, Serializer, rounded, to_milliseconds,
    };

    #[expect(clippy::ref_option, reason = "the signature is serde's")]
    pub(crate) fn serialize<S: Serializer>(
        duration: &Option<Duration>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        duration.map(rounded).serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Duration>, D::Error> {
        Option::<f64>::deserialize(from)?.map(to_milliseconds).transpose()
    }
}

/// An exit as the number that the shell sees.
pub(crate) mod code {
    use super::{Deserialize, Deserializer, Exit, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
    pub(crate) fn serialize<S: Serializer>(exit: &Exit, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u8(exit.code())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Exit, D::Error> {
        let code = u8::deserialize(from)?;
        let unknown = || serde::de::Error::custom(format!("{code} is no exit of tlsplan"));
        Exit::from_code(code).ok_or_else(unknown)
    }
}

/// A moment in UTC, to the millisecond.
pub(crate) mod moment {
    use super::{Deserialize, Deserializer, Serializer, Timestamp};

    pub(crate) fn serialize<S: Serializer>(at: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&format_args!("{at:.3}"))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Clients with the server that each was seen by; moments as text, to the millisecond.
pub(crate) mod clients {
    use super::{
        Client, Deserialize, Deserializer, Encryption, HostName, ObservedClient, Serialize,
        Serializer,
    };

    #[derive(Serialize, Deserialize)]
    struct Row {
        host: HostName,
        address: String,
        application: Option<String>,
        driver: String,
        speech: Encryption,
        connections: usize,
        open: usize,
        since: Option<String>,
        last: Option<String>,
    }

    pub(crate) fn serialize<S: Serializer>(
        clients: &[ObservedClient],
        to: S,
    ) -> Result<S::Ok, S::Error> {
        let time = |time: Option<jiff::Timestamp>| time.map(|time| format!("{time:.3}"));
        to.collect_seq(clients.iter().cloned().map(|ObservedClient { host, client }| Row {
            host,
            address: client.address,
            application: client.application,
            driver: client.driver,
            speech: client.encryption,
            connections: client.connections,
            open: client.open,
            since: time(client.since),
            last: time(client.last),
        }))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Vec<ObservedClient>, D::Error> {
        let time = |text: Option<String>| {
            text.map(|text| text.parse().map_err(serde::de::Error::custom)).transpose()
        };
        let rows = Vec::<Row>::deserialize(from)?.into_iter();
        let seen = rows.map(|row| {
            let client = Client {
                address: row.address,
                application: row.application,
                driver: row.driver,
                encryption: row.speech,
                connections: row.connections,
                open: row.open,
                since: time(row.since)?,
                last: time(row.last)?,
            };
            Ok(ObservedClient { host: row.host, client })
        });
        seen.collect()
    }
}

/// Servers that do not tell plaintext from TLS, as objects with their reason.
pub(crate) mod blind {
    use super::{Deserialize, Deserializer, HostName, Serialize, Serializer, VisibilityGap};

    #[derive(Serialize, Deserialize)]
    struct Row {
        host: HostName,
        #[serde(flatten)]
        why: VisibilityGap,
    }

    pub(crate) fn serialize<S: Serializer>(
        blind: &[(HostName, VisibilityGap)],
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.collect_seq(blind.iter().cloned().map(|(host, why)| Row { host, why }))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Vec<(HostName, VisibilityGap)>, D::Error> {
        let rows = Vec::<Row>::deserialize(from)?.into_iter();
        Ok(rows.map(|Row { host, why }| (host, why)).collect())
    }
}

/// Members as objects, so that nobody has to count the fields of a tuple.
pub(crate) mod members {
    use super::{
        Deserialize, Deserializer, HostName, MemberName, MemberState, Serialize, Serializer,
    };

    #[derive(Serialize, Deserialize)]
    struct Row {
        host: HostName,
        member: MemberName,
        state: MemberState,
    }

    pub(crate) fn serialize<S: Serializer>(
        members: &[(HostName, MemberName, MemberState)],
        to: S,
    ) -> Result<S::Ok, S::Error> {
        let rows = members.iter().cloned();
        to.collect_seq(rows.map(|(host, member, state)| Row { host, member, state }))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Vec<(HostName, MemberName, MemberState)>, D::Error> {
        let rows = Vec::<Row>::deserialize(from)?.into_iter();
        Ok(rows.map(|Row { host, member, state }| (host, member, state)).collect())
    }
}
