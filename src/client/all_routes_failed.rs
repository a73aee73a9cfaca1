//! Every route to a member has failed: the error of each.

use std::{error::Error, fmt};

use super::{database::DatabaseError, route::ClientRoute};

/// The routes that were tried.
#[derive(Debug, Default)]
pub struct AllRoutesFailed {
    tried: Vec<(ClientRoute, DatabaseError)>,
}

impl AllRoutesFailed {
    /// Adds an attempt.
    pub(super) fn add(&mut self, route: ClientRoute, error: DatabaseError) {
        self.tried.push((route, error));
    }
}

impl fmt::Display for AllRoutesFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.tried.is_empty() {
            return f.write_str("no client may be used: the one that the plan pins is too new");
        }
        for (index, (route, error)) in self.tried.iter().enumerate() {
            let before = if index == 0 { "" } else { "; " };
            write!(f, "{before}{}: {}", route.describe(), innermost(error))?;
        }
        Ok(())
    }
}

impl Error for AllRoutesFailed {}

/// The cause that says most.
fn innermost(error: &DatabaseError) -> String {
    error.source().map_or_else(|| error.to_string(), ToString::to_string)
}

impl From<AllRoutesFailed> for DatabaseError {
    /// Nobody knows whether the server is there unless a client that can be used has said so.
    fn from(mut none: AllRoutesFailed) -> Self {
        if none.tried.len() == 1
            && let Some((_, only)) = none.tried.pop()
        {
            return only;
        }
        let unusable = none.tried.iter().all(|(_, error)| matches!(error, Self::Client(_)));
        if unusable { Self::Client(none.into()) } else { Self::NoReply(none.into()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{client::route::Channel, event::DatabaseClient};

    #[test]
    fn every_attempt_is_told_and_one_alone_speaks_for_itself() {
        let driver = ClientRoute::new(DatabaseClient::Driver, Channel::Tls);
        let shell = ClientRoute::new(DatabaseClient::Mongosh, Channel::Tls);
        let mut tried = AllRoutesFailed::default();
        tried.add(driver, DatabaseError::NoReply("unexpected end of file".into()));
        tried.add(shell, DatabaseError::Client("mongosh is not installed".into()));
        let error = DatabaseError::from(tried);
        assert!(matches!(error, DatabaseError::NoReply(_)));
        assert_eq!(
            error.source().unwrap().to_string(),
            "the driver by TLS: unexpected end of file; mongosh by TLS: mongosh is not installed"
        );

        let mut tried = AllRoutesFailed::default();
        tried.add(shell, DatabaseError::Client("mongosh is not installed".into()));
        let error = DatabaseError::from(tried);
        assert_eq!(error.source().unwrap().to_string(), "mongosh is not installed");
    }
}
