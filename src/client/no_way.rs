//! Every way to a member has failed: what each of them met with.

use std::{error::Error, fmt};

use super::{choice::Way, database::DatabaseError};

/// The ways that were tried.
#[derive(Debug, Default)]
pub struct NoWay {
    tried: Vec<(Way, DatabaseError)>,
}

impl NoWay {
    /// Adds an attempt.
    pub(super) fn add(&mut self, way: Way, error: DatabaseError) {
        self.tried.push((way, error));
    }
}

impl fmt::Display for NoWay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.tried.is_empty() {
            return f.write_str("no client may be used: the one that the plan pins is too new");
        }
        for (index, (way, error)) in self.tried.iter().enumerate() {
            let before = if index == 0 { "" } else { "; " };
            write!(f, "{before}{}: {}", way.words(), innermost(error))?;
        }
        Ok(())
    }
}

impl Error for NoWay {}

/// The cause that says most.
fn innermost(error: &DatabaseError) -> String {
    error.source().map_or_else(|| error.to_string(), ToString::to_string)
}

impl From<NoWay> for DatabaseError {
    /// Nobody knows whether the server is there unless a client that can be used has said so.
    fn from(mut none: NoWay) -> Self {
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
    use crate::{client::choice::Wire, event::DatabaseClient};

    #[test]
    fn every_attempt_is_told_and_one_alone_speaks_for_itself() {
        let driver = Way::new(DatabaseClient::Driver, Wire::Tls);
        let shell = Way::new(DatabaseClient::Mongosh, Wire::Tls);
        let mut tried = NoWay::default();
        tried.add(driver, DatabaseError::NoReply("unexpected end of file".into()));
        tried.add(shell, DatabaseError::Client("mongosh is not installed".into()));
        let error = DatabaseError::from(tried);
        assert!(matches!(error, DatabaseError::NoReply(_)));
        assert_eq!(
            error.source().unwrap().to_string(),
            "the driver by TLS: unexpected end of file; mongosh by TLS: mongosh is not installed"
        );

        let mut tried = NoWay::default();
        tried.add(shell, DatabaseError::Client("mongosh is not installed".into()));
        let error = DatabaseError::from(tried);
        assert_eq!(error.source().unwrap().to_string(), "mongosh is not installed");
    }
}
