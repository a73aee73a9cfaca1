//! How long a member sleeps before it stops: 15 seconds from 5.0 on, unless it is told less.

use std::time::Duration;

use mongodb::bson::doc;

use super::{
    database::{Database, DatabaseError},
    fields::Fields,
};

const PARAMETER: &str = "shutdownTimeoutMillisForSignaledShutdown";

/// The sleep before a stop; `None` where the server does not know of one.
pub async fn shutdown_sleep(db: &dyn Database) -> Result<Option<Duration>, DatabaseError> {
    let reply = match db.run(doc! { "getParameter": 1, PARAMETER: 1 }).await {
        Err(DatabaseError::Command { ref message, .. }) if message.contains("no option found") => {
            return Ok(None);
        }
        other => other?,
    };
    let millis = Fields::of("getParameter", &reply).fitting(PARAMETER)?;
    Ok(Some(Duration::from_millis(millis)))
}

/// Changes the sleep of the running server and returns what it was.
pub async fn set_shutdown_sleep(
    db: &dyn Database,
    sleep: Duration,
) -> Result<Duration, DatabaseError> {
    let millis = i32::try_from(sleep.as_millis()).unwrap_or(i32::MAX);
    let reply = db.run(doc! { "setParameter": 1, PARAMETER: millis }).await?;
    Ok(Duration::from_millis(Fields::of("setParameter", &reply).fitting("was")?))
}
