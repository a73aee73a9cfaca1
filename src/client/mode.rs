//! The running TLS mode: read it, and move it one legal step.

use mongodb::bson::doc;

use super::{
    database::{Database, DatabaseError},
    fields::Fields,
};
use crate::cluster::mode::{OptionNames, TlsMode};

/// The mode that the server runs in now. 4.2 answers in the spelling of its configuration.
pub async fn tls_mode(db: &dyn Database) -> Result<TlsMode, DatabaseError> {
    let reply = db.run(doc! { "getParameter": 1, "tlsMode": 1 }).await?;
    let fields = Fields::of("getParameter", &reply);
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
    let fields = Fields::of("setParameter", &reply);
    fields.text("was")?.parse().map_err(|_| fields.unusable("was"))
}
