//! A connection that remembers that it has failed, so that it is not used again.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::Relaxed},
};

use mongodb::bson::Document;

use super::database::{Database, DatabaseError, DatabaseName};
use crate::{event::DatabaseClient, host::transport::Pending};

/// A connection under watch.
pub(super) struct FailOnce {
    inner: Box<dyn Database>,
    failed: AtomicBool,
}

impl FailOnce {
    pub(super) fn new(inner: Box<dyn Database>) -> Arc<Self> {
        Arc::new(Self { inner, failed: AtomicBool::new(false) })
    }

    /// Whether a command on it has gone without a reply.
    pub(super) fn has_failed(&self) -> bool {
        self.failed.load(Relaxed)
    }
}

impl Database for FailOnce {
    fn run_in(
        &self,
        database: DatabaseName,
        command: Document,
    ) -> Pending<'_, Result<Document, DatabaseError>> {
        Box::pin(async move {
            let outcome = self.inner.run_in(database, command).await;
            if matches!(outcome, Err(DatabaseError::NoReply(_) | DatabaseError::Client(_))) {
                self.failed.store(true, Relaxed);
            }
            outcome
        })
    }

    fn client(&self) -> DatabaseClient {
        self.inner.client()
    }
}
