//! The server process: its pid, and the command line and options that it was started with.

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
    let fields = Fields::new("getCmdLineOpts", &reply);
    let parsed = fields.inside("parsed")?;
    Ok(CommandLine {
        argv: fields.texts("argv")?,
        config_file: parsed.maybe_text("config")?.map(str::to_owned),
        parsed: parsed.document().clone(),
    })
}

/// The large parts of the reply, which are not needed.
const LEFT_OUT: [&str; 7] =
    ["metrics", "wiredTiger", "repl", "locks", "tcmalloc", "transactions", "opcountersRepl"];

/// The number of the server's process on its host.
pub async fn server_pid(db: &dyn Database) -> Result<u32, DatabaseError> {
    let mut command = doc! { "serverStatus": 1 };
    command.extend(LEFT_OUT.map(|part| (part.to_owned(), 0.into())));
    read(&db.run(command).await?)
}

fn read(reply: &Document) -> Result<u32, DatabaseError> {
    Fields::new("serverStatus", reply).fitting("pid")
}

#[cfg(test)]
mod tests {
    use mongodb::bson::Bson;

    use super::*;

    #[test]
    fn the_process_is_a_number_in_whatever_form() {
        for (pid, read_as) in [
            (Bson::Int64(4_194_304), Some(4_194_304)),
            (Bson::Int32(312), Some(312)),
            (Bson::Double(312.0), Some(312)),
            (Bson::Int64(-1), None),
            (Bson::String("312".to_owned()), None),
        ] {
            let reply = doc! { "host": "db1", "pid": pid.clone() };
            assert_eq!(read(&reply).ok(), read_as, "{pid}");
        }
    }
}
