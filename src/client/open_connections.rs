//! The connections that a server has open now, idle ones too, by its own word.

use mongodb::bson::{Document, doc};

use super::{
    database::{Database, DatabaseError},
    fields::Fields,
};
use crate::cluster::clients::{OpenConnection, Remote};

/// Asks for them.
pub async fn open_connections(db: &dyn Database) -> Result<Vec<OpenConnection>, DatabaseError> {
    read(&db.run(doc! { "currentOp": 1, "$all": true }).await?)
}

fn read(reply: &Document) -> Result<Vec<OpenConnection>, DatabaseError> {
    let mut open = Vec::new();
    for entry in Fields::of("currentOp", reply).each("inprog")? {
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
            read(&reply).unwrap(),
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
