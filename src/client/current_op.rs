//! `currentOp`: the connections that a server has open, and what its clients are doing on them.
//!
//! A stop waits until the operations of clients are done. Not counted: the server's own threads, its
//! peers (replication, heartbeats), drivers that wait for a topology change, cursors that wait for
//! new data, and tlsplan itself. A stop interrupts no work of theirs, and most of them never end.

use mongodb::bson::{Document, doc};

use super::{
    database::{Database, DatabaseError},
    fields::Fields,
};
use crate::{
    cluster::clients::{OpenConnection, Remote, is_internal},
    name::APP_NAME,
};

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
    read_operations(&db.run(wanted).await?)
}

fn read_operations(reply: &Document) -> Result<Vec<ClientOperation>, DatabaseError> {
    let mut operations = Vec::new();
    for entry in Fields::new("currentOp", reply).each("inprog")? {
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

/// Asks for them.
pub async fn open_connections(db: &dyn Database) -> Result<Vec<OpenConnection>, DatabaseError> {
    read_connections(&db.run(doc! { "currentOp": 1, "$all": true }).await?)
}

fn read_connections(reply: &Document) -> Result<Vec<OpenConnection>, DatabaseError> {
    let mut open = Vec::new();
    for entry in Fields::new("currentOp", reply).each("inprog")? {
        // The server's own threads have no other end.
        let (Some(client), Some(number)) =
            (entry.maybe_text("client")?, entry.maybe_whole("connectionId")?)
        else {
            continue;
        };
        open.push(OpenConnection {
            number: u64::try_from(number).map_err(|_| entry.unusable("connectionId"))?,
            remote: Remote::parse(client),
            application: entry
                .maybe_text("appName")?
                .filter(|name| !name.is_empty())
                .map(str::to_owned),
            driver: driver(&entry)?,
        });
    }
    Ok(open)
}

fn driver(entry: &Fields<'_>) -> Result<String, DatabaseError> {
    let Some(metadata) = entry.maybe_inside("clientMetadata")? else { return Ok(String::new()) };
    let Some(driver) = metadata.maybe_inside("driver")? else { return Ok(String::new()) };
    let words = [driver.maybe_text("name")?, driver.maybe_text("version")?];
    Ok(words.into_iter().flatten().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn idle_connections_count_and_the_servers_own_threads_do_not() {
        let reply = doc! { "inprog": [
            { "desc": "conn7", "connectionId": 7_i64, "client": "10.0.0.9:36470", "appName": "billing", "active": false,
              "clientMetadata": { "driver": { "name": "nodejs", "version": "5.9.2" } } },
            { "desc": "conn8", "connectionId": 8, "client": "[fd00::9]:36471", "appName": "", "active": true },
            { "desc": "Checkpointer", "active": true },
        ] };
        let remote = |address: &str, port| Remote { address: address.to_owned(), port };
        assert_eq!(
            read_connections(&reply).unwrap(),
            [
                OpenConnection {
                    number: 7,
                    remote: remote("10.0.0.9", 36470),
                    application: Some("billing".to_owned()),
                    driver: "nodejs 5.9.2".to_owned(),
                },
                OpenConnection {
                    number: 8,
                    remote: remote("fd00::9", 36471),
                    application: None,
                    driver: String::new(),
                },
            ]
        );
    }
}
