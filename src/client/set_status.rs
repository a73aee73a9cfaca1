//! `replSetGetStatus` as [`SetStatus`].
//!
//! An arbiter has no optime, a member that was never reached has no heartbeat (the server says
//! 1970), and neither is an error. Servers before 4.4 give the time of an operation in whole
//! seconds only.

use std::time::Duration;

use mongodb::bson::{DateTime, Document};

use super::{
    database::{DatabaseError, NoSet},
    fields::Fields,
};
use crate::{
    cluster::topology::{MemberState, MemberView, OpTime, Reach, SetStatus},
    name::{MemberName, SetName},
};

/// Reads the reply.
pub(super) fn set_status(reply: &Document) -> Result<SetStatus, DatabaseError> {
    let status = Fields::new("replSetGetStatus", reply);
    let now = status.maybe_date("date")?.ok_or_else(|| status.unusable("date"))?;
    let entries = status.each("members")?;
    let mut me = None;
    for entry in &entries {
        if entry.maybe_flag("self")? == Some(true) {
            me = Some(MemberName::new(entry.text("name")?));
        }
    }
    Ok(SetStatus {
        set: SetName::new(status.text("set")?),
        me: me.ok_or(DatabaseError::NoSet(NoSet::Removed))?,
        majority_votes: status.fitting("majorityVoteCount")?,
        write_majority: status.fitting("writeMajorityCount")?,
        term: status.whole("term")?,
        members: entries.iter().map(|entry| member(entry, now)).collect::<Result<_, _>>()?,
    })
}

fn member(entry: &Fields<'_>, now: DateTime) -> Result<MemberView, DatabaseError> {
    let applied_at = match entry.maybe_date("lastAppliedWallTime")? {
        Some(precise) => Some(precise),
        None => entry.maybe_date("optimeDate")?,
    };
    let message = match entry.maybe_text("lastHeartbeatMessage")? {
        None | Some("") => None,
        Some(words) => Some(words.to_owned()),
    };
    Ok(MemberView {
        name: MemberName::new(entry.text("name")?),
        state: MemberState::from_code(entry.whole("state")?),
        reach: if entry.number("health")? > 0.0 { Reach::Up } else { Reach::Down },
        applied: optime(entry)?,
        applied_ms: applied_at.map_or(0, DateTime::timestamp_millis),
        sync_source: sync_source(entry)?,
        heartbeat_age: entry.maybe_date("lastHeartbeat")?.and_then(|last| age(last, now)),
        message,
    })
}

fn optime(entry: &Fields<'_>) -> Result<OpTime, DatabaseError> {
    let Some(optime) = entry.maybe_inside("optime")? else {
        return Ok(OpTime::default());
    };
    let (seconds, increment) =
        optime.maybe_timestamp("ts")?.ok_or_else(|| optime.unusable("ts"))?;
    Ok(OpTime { term: optime.whole("t")?, seconds, increment })
}

fn sync_source(entry: &Fields<'_>) -> Result<Option<MemberName>, DatabaseError> {
    let source = entry.maybe_text("syncSourceHost")?.filter(|name| !name.is_empty());
    Ok(source.map(MemberName::new))
}

/// A heartbeat in 1970 is one that never came.
fn age(last: DateTime, now: DateTime) -> Option<Duration> {
    let millis = now.timestamp_millis().saturating_sub(last.timestamp_millis());
    (last.timestamp_millis() > 0).then(|| Duration::from_millis(millis.try_into().unwrap_or(0)))
}
