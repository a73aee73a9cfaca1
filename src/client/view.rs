//! One look at a running server: version, mode, configuration and state of its set.

use mongodb::bson::doc;

use super::{
    database::{Database, DatabaseError, NoSet},
    fields::Fields,
    parameters::tls_mode,
    set_config::{partial_config, set_config},
    set_status::set_status,
};
use crate::cluster::{
    topology::{MemberState, ServerView, SetConfig, SetStatus},
    version::ServerVersion,
};

/// `Unauthorized`.
const UNAUTHORIZED: i32 = 13;

/// Looks at a member. A server without a set is [`DatabaseError::NoSet`].
///
/// Under authentication an arbiter has no users and shows its state to the loopback, but not its
/// configuration; its view then holds what the state tells of that, see `partial_config`.
pub async fn server_view(db: &dyn Database) -> Result<ServerView, DatabaseError> {
    let (version, mode, config, reply) = tokio::join!(
        server_version(db),
        tls_mode(db),
        replica_config(db),
        db.run(doc! { "replSetGetStatus": 1 }),
    );
    let reply = reply.map_err(outside)?;
    let status = set_status(&reply)?;
    let arbiter = status.own().is_some_and(|own| own.state == MemberState::Arbiter);
    let config = match config {
        Err(DatabaseError::Command { code: UNAUTHORIZED, .. }) if arbiter => partial_config(&reply),
        told => told,
    }?;
    Ok(ServerView { version: version?, mode: mode?, config, status })
}

/// The server's version.
pub async fn server_version(db: &dyn Database) -> Result<ServerVersion, DatabaseError> {
    let reply = db.run(doc! { "buildInfo": 1 }).await?;
    let fields = Fields::new("buildInfo", &reply);
    fields.text("version")?.parse().map_err(|_| fields.unusable("version"))
}

/// The set's configuration as the server knows it.
pub async fn replica_config(db: &dyn Database) -> Result<SetConfig, DatabaseError> {
    let reply = db.run(doc! { "replSetGetConfig": 1 }).await.map_err(outside)?;
    set_config(&reply)
}

/// The set as the server sees it.
pub async fn replica_status(db: &dyn Database) -> Result<SetStatus, DatabaseError> {
    let reply = db.run(doc! { "replSetGetStatus": 1 }).await.map_err(outside)?;
    set_status(&reply)
}

/// The server's words for having no set are an outcome of their own.
fn outside(error: DatabaseError) -> DatabaseError {
    match error {
        DatabaseError::Command { code: 76, .. } => DatabaseError::NoSet(NoSet::Standalone),
        DatabaseError::Command { code: 94, .. } => DatabaseError::NoSet(NoSet::NotInitiated),
        DatabaseError::Command { code: 93, .. } => DatabaseError::NoSet(NoSet::Removed),
        other => other,
    }
}
