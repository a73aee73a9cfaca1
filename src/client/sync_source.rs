//! Whom a secondary replicates from.

use mongodb::bson::doc;

use super::database::{Database, DatabaseError};
use crate::name::MemberName;

/// Makes a secondary replicate from `source` (`replSetSyncFrom`). It holds until the source goes
/// away or falls behind, and takes effect with the next batch.
pub async fn sync_from(db: &dyn Database, source: &MemberName) -> Result<(), DatabaseError> {
    db.run(doc! { "replSetSyncFrom": source.as_str() }).await.map(drop)
}
