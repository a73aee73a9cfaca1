//! Server parameters that are read and set at run time: the TLS mode, the sleep before a shutdown.

use std::time::Duration;

use mongodb::bson::doc;

use super::{
    database::{Database, DatabaseError},
    fields::Fields,
};
use crate::cluster::mode::{OptionNames, TlsMode};

/// The mode that the server runs in now. 4.2 answers in the spelling of its configuration.
pub async fn tls_mode(db: &dyn Database) -> Result<TlsMode, DatabaseError> {
    let reply = db.run(doc! { "getParameter": 1, "tlsMode": 1 }).await?;
    let fields = Fields::new("getParameter", &reply);
    let word = match fields.maybe_text("tlsMode")? {
        Some(word) => word,
        None => fields.text("sslMode")?,
    };
    word.parse().map_err(|_| fields.unusable("tlsMode"))
}

/// Moves the running mode and returns the one that it was.
///
/// A move that is not a legal step is refused by the server, also one to the mode that it is in.
pub async fn set_tls_mode(
    db: &dyn Database,
    mode: TlsMode,
    option_names: OptionNames,
) -> Result<TlsMode, DatabaseError> {
    let parameter = match option_names {
        OptionNames::Tls => "tlsMode",
        OptionNames::Ssl => "sslMode",
    };
    let reply = db.run(doc! { "setParameter": 1, parameter: mode.name_in(option_names) }).await?;
    let fields = Fields::new("setParameter", &reply);
    fields.text("was")?.parse().map_err(|_| fields.unusable("was"))
}

const PARAMETER: &str = "shutdownTimeoutMillisForSignaledShutdown";

/// The sleep before a stop; `None` where the server does not know of one.
pub async fn shutdown_sleep(db: &dyn Database) -> Result<Option<Duration>, DatabaseError> {
    let reply = match db.run(doc! { "getParameter": 1, PARAMETER: 1 }).await {
        Err(DatabaseError::Command { ref message, .. }) if message.contains("no option found") => {
            return Ok(None);
        }
        other => other?,
    };
    let millis = Fields::new("getParameter", &reply).fitting(PARAMETER)?;
    Ok(Some(Duration::from_millis(millis)))
}

/// Changes the sleep of the running server and returns what it was.
pub async fn set_shutdown_sleep(
    db: &dyn Database,
    sleep: Duration,
) -> Result<Duration, DatabaseError> {
    let millis = i32::try_from(sleep.as_millis()).unwrap_or(i32::MAX);
    let reply = db.run(doc! { "setParameter": 1, PARAMETER: millis }).await?;
    Ok(Duration::from_millis(Fields::new("setParameter", &reply).fitting("was")?))
}
