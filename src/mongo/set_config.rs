//! `replSetGetConfig` as [`SetConfig`].

use mongodb::bson::Document;

use super::{database::DatabaseError, fields::Fields};
use crate::{
    cluster::topology::{MemberConfig, MemberKind, SetConfig, Voting},
    name::{MemberName, SetName},
};

/// Reads the reply.
pub(super) fn set_config(reply: &Document) -> Result<SetConfig, DatabaseError> {
    let config = Fields::of("replSetGetConfig", reply).inside("config")?;
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
    })
}
