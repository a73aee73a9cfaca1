//! What can go wrong between the engine and a member, in the engine's terms.

use crate::{
    error::{Designed, Exit},
    host::{canary_error::CanaryError, facts::FactsError, replace_error::ReplaceError},
    member::error::NodeError,
    mongo::database::DatabaseError,
    name::HostName,
};

/// The file under the configured path cannot be worked with.
#[derive(Debug, thiserror::Error)]
#[error("`{path}` on `{host}` is {what}")]
pub(super) struct NotAFile {
    pub(super) host: HostName,
    pub(super) path: String,
    pub(super) what: String,
}

impl Designed for NotAFile {
    fn exit(&self) -> Exit {
        Exit::Refused
    }

    fn hints(&self) -> Vec<String> {
        vec!["`config_file` under `[mongodb]` has to name the regular file itself".to_owned()]
    }
}

/// The database did not answer well.
#[derive(Debug, thiserror::Error)]
#[error("{doing} on `{host}`")]
pub(super) struct NoAnswer {
    pub(super) host: HostName,
    pub(super) doing: &'static str,
    #[source]
    pub(super) source: DatabaseError,
}

impl Designed for NoAnswer {
    fn exit(&self) -> Exit {
        match self.source {
            DatabaseError::Login(_) | DatabaseError::Command { code: 13 | 18, .. } => {
                Exit::Permission
            }
            _ => Exit::Refused,
        }
    }

    fn hints(&self) -> Vec<String> {
        match self.exit() {
            Exit::Permission => vec![
                "`username` and `password` under `[mongodb]` need the role `clusterAdmin`"
                    .to_owned(),
            ],
            _ => Vec::new(),
        }
    }
}

pub(super) fn of_facts(error: FactsError) -> NodeError {
    NodeError::not_done(error)
}

pub(super) fn of_canary(error: CanaryError) -> NodeError {
    NodeError::not_done(error)
}

pub(super) fn of_replace(error: ReplaceError) -> NodeError {
    if error.is_unknown() { NodeError::unknown(error) } else { NodeError::not_done(error) }
}

/// A read that failed changed nothing.
pub(super) fn of_read(host: &HostName, doing: &'static str, source: DatabaseError) -> NodeError {
    NodeError::not_done(NoAnswer { host: host.clone(), doing, source })
}

/// A command without a reply may have been carried out.
pub(super) fn of_act(host: &HostName, doing: &'static str, source: DatabaseError) -> NodeError {
    let unknown = matches!(source, DatabaseError::NoReply(_));
    let error = NoAnswer { host: host.clone(), doing, source };
    if unknown { NodeError::unknown(error) } else { NodeError::not_done(error) }
}
