//! A note in the oplog: a write that changes no data and proves that replication moves.

use mongodb::bson::doc;

use super::{
    database::{Database, DatabaseError},
    fields::Fields,
    view::replica_status,
};
use crate::cluster::topology::OpTime;

/// Appends a note on the primary; a member that has applied the optime returned has the note.
///
/// The server names the note's timestamp or a later one, and no term. The term is read after it,
/// so that the optime is never before the note.
pub async fn append_note(db: &dyn Database) -> Result<OpTime, DatabaseError> {
    let note = doc! { "tlsplan": "replication is watched from here on" };
    let reply = db.run(doc! { "appendOplogNote": 1, "data": note }).await?;
    let written = Fields::of("appendOplogNote", &reply).maybe_timestamp("operationTime")?;
    let status = replica_status(db).await?;
    match (written, status.own()) {
        (Some((seconds, increment)), _) => Ok(OpTime { term: status.term, seconds, increment }),
        (None, Some(own)) => Ok(own.applied),
        (None, None) => Err(Fields::of("appendOplogNote", &reply).unusable("operationTime")),
    }
}
