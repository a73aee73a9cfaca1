//! `replSetGetConfig` as [`SetConfig`], or what can be said of it without.

use mongodb::bson::Document;

use super::{database::DatabaseError, fields::Fields};
use crate::{
    cluster::topology::{MemberConfig, MemberKind, MemberState, SetConfig, Voting},
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

/// The configuration as far as the reply to `replSetGetStatus` shows it: the members' names, which
/// of them are arbiters now, and the version. Votes and priorities are the usual ones; whoever
/// counts votes asks a member that holds data.
pub(super) fn pieced_config(status: &Document) -> Result<SetConfig, DatabaseError> {
    let status = Fields::of("replSetGetStatus", status);
    let entries = status.each("members")?;
    let version = match entries.first() {
        Some(entry) => entry.whole("configVersion")?,
        None => return Err(status.unusable("members")),
    };
    let name = SetName::new(status.text("set")?);
    let members = entries.iter().map(pieced_member).collect::<Result<_, _>>()?;
    Ok(SetConfig { name, version, members })
}

fn pieced_member(entry: &Fields<'_>) -> Result<MemberConfig, DatabaseError> {
    let arbiter = MemberState::from_code(entry.whole("state")?) == MemberState::Arbiter;
    let (kind, priority) =
        if arbiter { (MemberKind::Arbiter, 0.0) } else { (MemberKind::DataBearing, 1.0) };
    Ok(MemberConfig {
        name: MemberName::new(entry.text("name")?),
        voting: Voting::Votes,
        priority,
        kind,
    })
}
