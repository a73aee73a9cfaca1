//! What a member's clients are doing right now, so that a stop can wait until it is done.
//!
//! Not counted: the server's own threads, its peers (replication, heartbeats), drivers that wait
//! for a change of the topology, cursors that wait for news, and ourselves. None of them is work
//! that a stop would break off, and most of them never end.

use mongodb::bson::{Document, doc};

use super::{
    database::{Database, DatabaseError},
    fields::Fields,
};
use crate::{cluster::clients::is_internal, name::APP_NAME};

/// One running operation of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientOperation {
    /// The server's number for it.
    pub opid: i64,
    /// How long it has been running.
    pub seconds: u64,
    /// The client's name for itself.
    pub app: Option<String>,
    /// The client's address and port.
    pub client: String,
    /// The namespace that it works on.
    pub namespace: String,
    /// Its kind: `query`, `update`, `command`.
    pub kind: String,
}

/// The operations that a stop would break off.
pub async fn client_operations(db: &dyn Database) -> Result<Vec<ClientOperation>, DatabaseError> {
    // The command, not the stage of the same name: a secondary refuses an aggregation that does
    // not say that it may be one.
    let wanted = doc! {
        "currentOp": 1,
        "active": true,
        "client": { "$exists": true },
        "appName": { "$ne": APP_NAME },
    };
    read(&db.run(wanted).await?)
}

fn read(reply: &Document) -> Result<Vec<ClientOperation>, DatabaseError> {
    let mut operations = Vec::new();
    for entry in Fields::of("currentOp", reply).each("inprog")? {
        if is_clients_work(&entry)? {
            operations.push(operation(&entry)?);
        }
    }
    Ok(operations)
}

fn operation(entry: &Fields<'_>) -> Result<ClientOperation, DatabaseError> {
    let owned = |name: &str| Ok::<_, DatabaseError>(entry.maybe_text(name)?.map(str::to_owned));
    Ok(ClientOperation {
        opid: entry.whole("opid")?,
        seconds: entry.maybe_whole("secs_running")?.unwrap_or(0).try_into().unwrap_or(0),
        app: owned("appName")?,
        client: entry.text("client")?.to_owned(),
        namespace: owned("ns")?.unwrap_or_default(),
        kind: owned("op")?.unwrap_or_default(),
    })
}

fn is_clients_work(entry: &Fields<'_>) -> Result<bool, DatabaseError> {
    let from_client = entry.maybe_text("client")?.is_some();
    let ours = entry.maybe_text("appName")? == Some(APP_NAME);
    let running =
        entry.maybe_flag("active")?.unwrap_or(false) && entry.maybe_whole("opid")?.is_some();
    Ok(from_client && running && !ours && !is_peer(entry)? && !waits_for_news(entry)?)
}

/// Whether it comes from another server of the cluster on its own behalf; what a mongos passes on
/// names the mongos, and is a client's.
fn is_peer(entry: &Fields<'_>) -> Result<bool, DatabaseError> {
    let Some(metadata) = entry.maybe_inside("clientMetadata")? else { return Ok(false) };
    let Some(driver) = metadata.maybe_inside("driver")? else { return Ok(false) };
    let name = driver.maybe_text("name")?.unwrap_or_default();
    Ok(is_internal(name) && metadata.maybe_inside("mongos")?.is_none())
}

/// Whether it only waits: a driver's `hello`, or the next batch of a cursor that has no end.
fn waits_for_news(entry: &Fields<'_>) -> Result<bool, DatabaseError> {
    let command = entry.maybe_inside("command")?.map(|command| command.document());
    let verb = command.and_then(|command| command.keys().next()).map(String::as_str);
    let hello = verb.is_some_and(|verb| ["hello", "isMaster", "ismaster"].contains(&verb));
    let endless = match entry.maybe_inside("cursor")? {
        Some(cursor) => cursor.maybe_flag("awaitData")?.unwrap_or(false),
        None => false,
    };
    Ok(hello || endless)
}
