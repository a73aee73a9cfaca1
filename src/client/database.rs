//! One trait for both clients, so that commands do not depend on the client.

use std::error::Error;

use mongodb::bson::Document;

use crate::{event::DatabaseClient, host::transport::Pending};

/// A connection to one member, by one client.
pub trait Database: Send + Sync {
    /// Runs a command against a database and returns the whole reply.
    fn run_in(
        &self,
        database: DatabaseName,
        command: Document,
    ) -> Pending<'_, Result<Document, DatabaseError>>;

    /// Runs a command against `admin`, where most of them belong.
    fn run(&self, command: Document) -> Pending<'_, Result<Document, DatabaseError>> {
        self.run_in(DatabaseName::Admin, command)
    }

    /// Who is speaking.
    fn client(&self) -> DatabaseClient;
}

/// A database of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatabaseName {
    /// Commands, and who a server is.
    Admin,
    /// What the config servers keep.
    Config,
}

impl DatabaseName {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Config => "config",
        }
    }
}

/// Why a command brought no reply to act on.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// No connection, or it was lost before the reply came: whether the command ran is not known.
    #[error("no reply from the member")]
    NoReply(#[source] Box<dyn Error + Send + Sync>),
    /// Login was refused.
    #[error("the member refused the login")]
    Login(#[source] Box<dyn Error + Send + Sync>),
    /// The server answered with an error.
    #[error("the member answered `{code_name}` ({code}): {message}")]
    Command {
        /// The server's number.
        code: i32,
        /// The server's name for it.
        code_name: String,
        /// The server's words.
        message: String,
    },
    /// This client cannot speak to this server or is not there (mongosh missing or too new).
    #[error("the client cannot be used here")]
    Client(#[source] Box<dyn Error + Send + Sync>),
    /// The server answers, but is not part of a replica set.
    #[error("{0}")]
    NoSet(NoSet),
    /// The reply lacks what every such reply has.
    #[error("the reply to `{command}` has no usable `{field}`")]
    Shape {
        /// The command.
        command: &'static str,
        /// What is missing or of another type.
        field: String,
    },
}

/// Why a server has no set to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoSet {
    /// It was started without a set's name.
    #[error("the server was not started as a member of a replica set")]
    Standalone,
    /// It waits for the set to be initiated, or to be taken into one.
    #[error("the server's replica set is not initiated")]
    NotInitiated,
    /// The set's configuration does not name it.
    #[error("the server is not a member of its replica set (any more)")]
    Removed,
}
