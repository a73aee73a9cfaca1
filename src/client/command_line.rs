//! `getCmdLineOpts`: what the running server was started with, which the file may no longer say.

use mongodb::bson::{Document, doc};

use super::{
    database::{Database, DatabaseError},
    fields::Fields,
};

/// How the running process was started.
#[derive(Clone, Debug, PartialEq)]
pub struct CommandLine {
    /// Its arguments, the program first.
    pub argv: Vec<String>,
    /// The configuration file that it has read.
    pub config_file: Option<String>,
    /// Every option in force, the old names of 4.0 brought to the new ones by the server.
    pub parsed: Document,
}

/// Asks how the server was started.
pub async fn command_line(db: &dyn Database) -> Result<CommandLine, DatabaseError> {
    let reply = db.run(doc! { "getCmdLineOpts": 1 }).await?;
    let fields = Fields::of("getCmdLineOpts", &reply);
    let parsed = fields.inside("parsed")?;
    Ok(CommandLine {
        argv: fields.texts("argv")?,
        config_file: parsed.maybe_text("config")?.map(str::to_owned),
        parsed: parsed.document().clone(),
    })
}
