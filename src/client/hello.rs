//! `hello`: the role that a server reports without a login.

use mongodb::bson::doc;

use super::{
    database::{Database, DatabaseError},
    fields::Fields,
};
use crate::name::{MemberName, SetName};

/// `CommandNotFound`: the answer of servers that know the command by its old name only.
const UNKNOWN_COMMAND: i32 = 59;

/// What a server is in its set, in its own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hello {
    /// Its own name in the set's configuration.
    pub me: Option<MemberName>,
    /// The set.
    pub set: Option<SetName>,
    /// The member that it sees as primary.
    pub primary: Option<MemberName>,
    /// What it does.
    pub role: Role,
}

/// What a server does in its set, as far as it says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Takes writes.
    Primary,
    /// Replicates and serves reads.
    Secondary,
    /// Votes only.
    Arbiter,
    /// In a set, but none of these now.
    Other,
    /// In no set, or in one that is not initiated.
    None,
}

/// Asks a server what it is.
pub async fn hello(db: &dyn Database) -> Result<Hello, DatabaseError> {
    let reply = match db.run(doc! { "hello": 1 }).await {
        Err(DatabaseError::Command { code: UNKNOWN_COMMAND, .. }) => {
            db.run(doc! { "isMaster": 1 }).await?
        }
        other => other?,
    };
    read(&Fields::new("hello", &reply))
}

fn read(reply: &Fields<'_>) -> Result<Hello, DatabaseError> {
    let flag = |name: &str| Ok::<_, DatabaseError>(reply.maybe_flag(name)?.unwrap_or(false));
    let set = reply.maybe_text("setName")?.map(SetName::new);
    let member = |name: &str| Ok::<_, DatabaseError>(reply.maybe_text(name)?.map(MemberName::new));
    let role = if set.is_none() {
        Role::None
    } else if flag("isWritablePrimary")? || flag("ismaster")? {
        Role::Primary
    } else if flag("secondary")? {
        Role::Secondary
    } else if flag("arbiterOnly")? {
        Role::Arbiter
    } else {
        Role::Other
    };
    Ok(Hello { me: member("me")?, primary: member("primary")?, set, role })
}
