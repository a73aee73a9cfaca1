//! The instance that ships: scripts on its machine, and two clients to its database.

use std::sync::Arc;

use super::inner::Inner;
use crate::{
    error::node_error::NodeError,
    host::live_machine::LiveMachine,
    instance::{
        Instance,
        look::{Fresh, Look},
    },
};

/// A server of the plan, for real. Cheap to clone.
#[derive(Clone)]
pub struct LiveInstance(pub(super) Arc<Inner>);

impl LiveInstance {
    /// Directories in which root looks for tools and that others can write to.
    #[must_use]
    pub fn writable_search_path(&self) -> &[String] {
        &self.0.writable_search_path
    }

    pub(super) fn new(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }
}

impl Instance for LiveInstance {
    type Machine = LiveMachine;

    fn machine(&self) -> &LiveMachine {
        &self.0.machine
    }

    async fn look(&self) -> Result<Look, NodeError> {
        let inner = &*self.0;
        // The first look has to read the file before it knows how to reach the server.
        let known = inner.known.lock().address.is_some();
        let (facts, server) = if known {
            // A host that is away is known sooner than a server on it.
            let server = async { Ok(inner.read(Fresh::Any).await) };
            let (facts, server) = tokio::try_join!(inner.facts(), server)?;
            (facts, Some(server))
        } else {
            (inner.facts().await?, None)
        };
        let file = inner.learn_from(&facts).await?;
        let server = match server {
            Some(server) => server,
            None => inner.read(Fresh::Any).await,
        };
        let (unit, switch) = (super::unit::now(&facts), facts.switch);
        Ok(Look { unit, file, switch, server })
    }
}
