//! A server's own connections to its peers.

use mongodb::bson::doc;

use super::database::{Database, DatabaseError};
use crate::name::MemberName;

/// Makes a server close its pooled connections to these members, so that the next ones are made
/// under the mode and the certificate of now.
pub async fn drop_connections(
    db: &dyn Database,
    members: &[MemberName],
) -> Result<(), DatabaseError> {
    let peers: Vec<&str> = members.iter().map(MemberName::as_str).collect();
    db.run(doc! { "dropConnections": 1, "hostAndPort": peers }).await.map(drop)
}
