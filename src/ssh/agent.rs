//! Keys that an agent holds: they sign there and never come here.

use std::{path::Path, time::Duration};

use russh::keys::{
    PublicKey,
    agent::{AgentIdentity, client::AgentClient},
    ssh_key::public::KeyData,
};
use tokio::net::UnixStream;

use super::{auth::within, handshake::Connection};

/// An agent that is ready to sign for one connection.
pub(super) struct Agent {
    pub(super) client: AgentClient<UnixStream>,
    pub(super) identities: Vec<AgentIdentity>,
}

/// The agent is of no use; ssh goes on without it, and so does tlsplan.
#[derive(Debug, thiserror::Error)]
pub(super) enum AgentError {
    #[error("it does not answer in time")]
    TimedOut,
    #[error(transparent)]
    Protocol(#[from] russh::keys::Error),
}

impl Agent {
    /// Connects to the socket and lists the keys.
    pub(super) async fn open(
        socket: &Path,
        connection: &Connection,
        left: &mut Duration,
    ) -> Result<Self, AgentError> {
        within(left, Self::list(socket, connection)).await.ok_or(AgentError::TimedOut)?
    }

    async fn list(socket: &Path, connection: &Connection) -> Result<Self, AgentError> {
        let mut client = AgentClient::connect_uds(socket).await?;
        if let Some(binding) = connection.handle.agent_session_binding() {
            // Keys that are bound to certain hosts show only after this; agents that do not know
            // it have no such keys.
            let _ = client.bind_session(binding, false).await;
        }
        let identities = client.request_identities().await?;
        Ok(Self { client, identities })
    }

    /// Leaves only the keys and certificates of these public keys.
    pub(super) fn keep(&mut self, keys: &[PublicKey]) {
        self.identities.retain(|identity| keys.iter().any(|key| key.key_data() == data(identity)));
    }
}

fn data(identity: &AgentIdentity) -> &KeyData {
    match identity {
        AgentIdentity::PublicKey { key, .. } => key.key_data(),
        AgentIdentity::Certificate { certificate, .. } => certificate.public_key(),
    }
}
