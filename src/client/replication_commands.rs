//! Commands that steer replication: step down, choose a sync source, drop connections, write a note.
//!
//! None of them changes data or configuration.

use std::time::Duration;

use mongodb::bson::doc;

use super::{
    database::{Database, DatabaseError},
    fields::Fields,
    view::replica_status,
};
use crate::{cluster::topology::OpTime, name::MemberName};

/// Asks a primary to step down once an electable secondary has caught up.
///
/// It stays out of elections for `term`, and refuses when no secondary has caught up within `catch_up`,
/// which has to be the shorter of the two. Without a reply the outcome is not known: the new
/// primary has to be looked for.
pub async fn step_down(
    db: &dyn Database,
    term: Duration,
    catch_up: Duration,
) -> Result<(), DatabaseError> {
    let seconds = |time: Duration| i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    let command = doc! {
        "replSetStepDown": seconds(term),
        "secondaryCatchUpPeriodSecs": seconds(catch_up),
    };
    db.run(command).await.map(drop)
}

/// Makes a secondary replicate from `source` (`replSetSyncFrom`). It holds until the source goes
/// away or falls behind, and takes effect with the next batch.
pub async fn sync_from(db: &dyn Database, source: &MemberName) -> Result<(), DatabaseError> {
    db.run(doc! { "replSetSyncFrom": source.as_str() }).await.map(drop)
}

/// Makes a server close its pooled connections to these members, so that the next ones are made
/// under the mode and the certificate of now.
pub async fn drop_connections(
    db: &dyn Database,
    members: &[MemberName],
) -> Result<(), DatabaseError> {
    let peers: Vec<&str> = members.iter().map(MemberName::as_str).collect();
    db.run(doc! { "dropConnections": 1, "hostAndPort": peers }).await.map(drop)
}

/// Appends a note on the primary; a member that has applied the optime returned has the note.
///
/// The server names the note's timestamp or a later one, and no term. The term is read after it,
/// so that the optime is never before the note.
pub async fn append_note(db: &dyn Database) -> Result<OpTime, DatabaseError> {
    let note = doc! { "tlsplan": "replication is watched from here on" };
    let reply = db.run(doc! { "appendOplogNote": 1, "data": note }).await?;
    let written = Fields::new("appendOplogNote", &reply).maybe_timestamp("operationTime")?;
    let status = replica_status(db).await?;
    match (written, status.own()) {
        (Some((seconds, increment)), _) => Ok(OpTime { term: status.term, seconds, increment }),
        (None, Some(own)) => Ok(own.applied),
        (None, None) => Err(Fields::new("appendOplogNote", &reply).unusable("operationTime")),
    }
}
