//! What can go wrong between the engine and a member, in the engine's terms.

use std::error::Error;

use crate::{
    client::database::DatabaseError,
    error::{Designed, Exit, node_error::NodeError},
    host::{facts::FactsError, replace_error::ReplaceError, transport::TransportError},
    instance::canary_error::CanaryError,
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
            _ => of_way(&self.source).unwrap_or(Exit::Refused),
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

/// What the way to the host says where it is the way that failed: not the server is to blame then.
fn of_way(error: &DatabaseError) -> Option<Exit> {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(way @ TransportError::NotSent(_)) = error.downcast_ref() {
            return Some(way.designed().map_or(Exit::Unreachable, Designed::exit));
        }
        cause = error.source();
    }
    None
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_that_cannot_be_reached_is_not_a_server_that_refuses() {
        let exit = |source| {
            let (host, doing) = (HostName::new("db2"), "dropConnections");
            NoAnswer { host, doing, source: DatabaseError::NoReply(source) }.exit()
        };
        let away = TransportError::NotSent("no connection".into());
        assert_eq!(exit(away.into()), Exit::Unreachable);
        let refused = TransportError::Refused { port: 27017, source: "nothing answers".into() };
        assert_eq!(exit(refused.into()), Exit::Refused);
        assert_eq!(exit("an end of file".into()), Exit::Refused);
    }
}
