//! What a server of a sharded cluster knows of its peers: shards and mongos, or config servers.

use std::time::Duration;

use mongodb::bson::{Document, doc};

use super::{
    database::{Database, DatabaseError, DatabaseName},
    fields::Fields,
    process::command_line,
};
use crate::{
    cluster::peers::{ClusterPeers, Process, ProcessRole, parse_seed_list},
    name::MemberName,
};

/// `Unauthorized`.
const UNAUTHORIZED: i32 = 13;
/// More of one kind than any cluster has.
const MOST: i32 = 1000;

/// Asks a server for the rest of its cluster. One that was not started as part of a sharded cluster
/// is asked nothing more; a login that may not read is no error, but said.
pub async fn cluster_peers(db: &dyn Database) -> Result<ClusterPeers, DatabaseError> {
    let line = match command_line(db).await {
        // An arbiter has no login, and its set's other members tell.
        Err(DatabaseError::Command { code: UNAUTHORIZED, .. }) => {
            return Ok(ClusterPeers::default());
        }
        line => line?,
    };
    let parsed = Fields::new("getCmdLineOpts", &line.parsed);
    let role = match parsed.maybe_inside("sharding")? {
        Some(sharding) => sharding.maybe_text("clusterRole")?,
        None => None,
    };
    let processes = match role {
        Some("configsvr") => known_to_config_server(db).await,
        Some("shardsvr") => known_to_shard(db).await,
        _ => return Ok(ClusterPeers::default()),
    };
    match processes {
        Ok(processes) => Ok(ClusterPeers { processes, unread: None }),
        Err(error @ DatabaseError::Command { .. }) => {
            Ok(ClusterPeers { processes: Vec::new(), unread: Some(error.to_string()) })
        }
        Err(error) => Err(error),
    }
}

async fn known_to_config_server(db: &dyn Database) -> Result<Vec<Process>, DatabaseError> {
    let (hello, shards, mongos) = tokio::join!(
        db.run(doc! { "isMaster": 1 }),
        find(db, DatabaseName::Config, "shards", doc! {}),
        find(db, DatabaseName::Config, "mongos", doc! {}),
    );
    let hello = hello?;
    let now = Fields::new("hello", &hello).maybe_date("localTime")?;
    let mut known = Vec::new();
    for shard in &shards? {
        let text = Fields::new("find", shard).text("host")?;
        if let Some((set, names)) = parse_seed_list(text) {
            known.extend(
                names.into_iter().map(|name| now_and(name, ProcessRole::Shard(set.clone()))),
            );
        }
    }
    for router in &mongos? {
        let fields = Fields::new("find", router);
        let ping = fields.maybe_date("ping")?;
        let silent =
            now.zip(ping).map_or(0, |(now, ping)| now.timestamp_millis() - ping.timestamp_millis());
        let silent_for = Duration::from_millis(u64::try_from(silent).unwrap_or(0));
        let name = MemberName::new(fields.text("_id")?);
        known.push(Process { name, role: ProcessRole::Mongos, silent_for });
    }
    Ok(known)
}

/// A shard server that was not added to a cluster yet knows no config servers.
async fn known_to_shard(db: &dyn Database) -> Result<Vec<Process>, DatabaseError> {
    let found =
        find(db, DatabaseName::Admin, "system.version", doc! { "_id": "shardIdentity" }).await?;
    let Some(identity) = found.first() else { return Ok(Vec::new()) };
    let text = Fields::new("find", identity).text("configsvrConnectionString")?;
    let Some((set, names)) = parse_seed_list(text) else { return Ok(Vec::new()) };
    let known = names.into_iter().map(|name| now_and(name, ProcessRole::ConfigServer(set.clone())));
    Ok(known.collect())
}

fn now_and(name: MemberName, role: ProcessRole) -> Process {
    Process { name, role, silent_for: Duration::ZERO }
}

async fn find(
    db: &dyn Database,
    database: DatabaseName,
    collection: &str,
    filter: Document,
) -> Result<Vec<Document>, DatabaseError> {
    let find = doc! { "find": collection, "filter": filter, "limit": MOST, "batchSize": MOST, "singleBatch": true };
    let reply = db.run_in(database, find).await?;
    let batch = Fields::new("find", &reply).inside("cursor")?.each("firstBatch")?;
    Ok(batch.iter().map(|entry| entry.document().clone()).collect())
}
