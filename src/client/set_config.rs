//! `replSetGetConfig` as [`SetConfig`], or what can be said of it without.

use std::time::Duration;

use mongodb::bson::Document;

use super::{database::DatabaseError, fields::Fields};
use crate::{
    cluster::topology::{MemberConfig, MemberKind, MemberState, SetConfig, Voting},
    name::{MemberName, SetName},
};

/// Reads the reply.
pub(super) fn set_config(reply: &Document) -> Result<SetConfig, DatabaseError> {
    let config = Fields::new("replSetGetConfig", reply).inside("config")?;
    Ok(SetConfig {
        name: SetName::new(config.text("_id")?),
        version: config.whole("version")?,
        members: config.each("members")?.iter().map(member).collect::<Result<_, _>>()?,
    })
}

fn member(entry: &Fields<'_>) -> Result<MemberConfig, DatabaseError> {
    let arbiter = entry.maybe_flag("arbiterOnly")?.unwrap_or(false);
    Ok(MemberConfig {
        name: MemberName::new(entry.text("host")?),
        voting: if entry.whole("votes")? == 0 { Voting::None } else { Voting::Votes },
        priority: entry.number("priority")?,
        kind: if arbiter { MemberKind::Arbiter } else { MemberKind::DataBearing },
        delay: delay(entry)?,
    })
}

/// The delay in whole seconds, under the name that it has had since 5.0 or the one before.
fn delay(entry: &Fields<'_>) -> Result<Duration, DatabaseError> {
    for field in ["secondaryDelaySecs", "slaveDelay"] {
        if entry.maybe_whole(field)?.is_some() {
            return Ok(Duration::from_secs(entry.fitting(field)?));
        }
    }
    Ok(Duration::ZERO)
}

/// The configuration as far as the reply to `replSetGetStatus` shows it: the members' names, which
/// of them are arbiters now, and the version. Votes and priorities are the usual ones; whoever
/// counts votes asks a member that holds data.
pub(super) fn partial_config(status: &Document) -> Result<SetConfig, DatabaseError> {
    let status = Fields::new("replSetGetStatus", status);
    let entries = status.each("members")?;
    let version = match entries.first() {
        Some(entry) => entry.whole("configVersion")?,
        None => return Err(status.unusable("members")),
    };
    let name = SetName::new(status.text("set")?);
    let members = entries.iter().map(partial_member).collect::<Result<_, _>>()?;
    Ok(SetConfig { name, version, members })
}

fn partial_member(entry: &Fields<'_>) -> Result<MemberConfig, DatabaseError> {
    let arbiter = MemberState::from_code(entry.whole("state")?) == MemberState::Arbiter;
    let (kind, priority) =
        if arbiter { (MemberKind::Arbiter, 0.0) } else { (MemberKind::DataBearing, 1.0) };
    Ok(MemberConfig {
        name: MemberName::new(entry.text("name")?),
        voting: Voting::Votes,
        priority,
        kind,
        delay: Duration::ZERO,
    })
}

#[cfg(test)]
mod tests {
    use mongodb::bson::{Bson, doc};

    use super::*;

    fn delay_of(field: &str, value: impl Into<Bson>) -> Result<Duration, String> {
        let member = doc! { "host": "db1:27017", "votes": 1, "priority": 0, field: value };
        let config = doc! { "_id": "rs0", "version": 1, "members": [member] };
        let read = set_config(&doc! { "config": config }).map_err(|error| error.to_string())?;
        Ok(read.members[0].delay)
    }

    #[test]
    fn a_delay_is_read_under_both_of_its_names() {
        for (field, seconds) in [("secondaryDelaySecs", 3600), ("slaveDelay", 60), ("tags", 0)] {
            let value = if field == "tags" { Bson::Null } else { Bson::Int64(seconds) };
            let wanted = u64::try_from(seconds).unwrap();
            assert_eq!(delay_of(field, value), Ok(Duration::from_secs(wanted)), "{field}");
        }
        let refused =
            "the reply to `replSetGetConfig` has no usable `config.members[0].slaveDelay`";
        for value in [Bson::Int32(-1), Bson::String("1h".to_owned())] {
            assert_eq!(delay_of("slaveDelay", value), Err(refused.to_owned()));
        }
    }
}
