//! Where the way back ends: the member's file before the first change.

use super::inner::Inner;
use crate::{
    error::{Designed, Exit, node_error::NodeError},
    host::first::InPlace,
    name::HostName,
};

/// The file in place is not the one that a run wrote there.
#[derive(Debug, thiserror::Error)]
#[error("`{path}` on `{host}` was changed by someone else after a run had written it")]
struct NotOurs {
    host: HostName,
    path: String,
}

impl Designed for NotOurs {
    fn exit(&self) -> Exit {
        Exit::Refused
    }

    fn hints(&self) -> Vec<String> {
        let Self { host, path } = self;
        vec![format!(
            "going back would undo that as well; on `{host}` compare {path} with the newest file in /var/lib/tlsplan/prev, keep aside what has to stay, `tlsplan apply` again, and then go back"
        )]
    }
}

impl Inner {
    /// The text to go back to: what was in place before a run changed it, or what is in place where
    /// none did.
    pub(super) async fn original_file(&self) -> Result<String, NodeError> {
        let first = self.host.first_file(&self.mongodb.config_file).await;
        match first.map_err(NodeError::not_done)? {
            None => Ok(self.file_now().await?),
            Some(first) if first.in_place == InPlace::Theirs => {
                let (host, path) = (self.host.name().clone(), self.mongodb.config_file.clone());
                Err(NodeError::not_done(NotOurs { host, path }))
            }
            Some(first) => Ok(String::from_utf8_lossy(&first.bytes).into_owned()),
        }
    }
}

impl Inner {
    async fn file_now(&self) -> Result<String, NodeError> {
        let facts = self.facts().await?;
        Ok(self.learn_from(&facts).await?.text)
    }
}
