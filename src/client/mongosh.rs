//! A member, spoken to by mongosh on its own host with the host's own certificate.

use std::{sync::Arc, time::Duration};

use mongodb::bson::{Document, doc};

use super::{
    agent::Agent,
    database::{Database, DatabaseError, DatabaseName},
    endpoint::Endpoint,
    reply_timeout::reply_timeout,
    settings::TlsFiles,
    uri::uri,
    wire::{Close, Request},
};
use crate::{event::DatabaseClient, host::transport::Pending, secret::Secret};

/// What the agent gets to tell us that it gave up, before we do.
const MARGIN: Duration = Duration::from_secs(2);

/// One connection of an agent to a member. Dropping it closes the connection.
pub struct Mongosh {
    agent: Arc<Agent>,
    connection: u64,
    uri: Secret,
    name: String,
    address: String,
    connect_timeout: Duration,
}

impl Mongosh {
    /// Opens a connection of its own, whatever others there are, and returns when the member has
    /// answered on it.
    pub async fn connect(
        agent: Arc<Agent>,
        endpoint: &Endpoint<TlsFiles>,
    ) -> Result<Self, DatabaseError> {
        let shell = Self {
            connection: agent.number(),
            agent,
            uri: uri(endpoint),
            name: endpoint.tls_server_name.clone(),
            address: endpoint.address.clone(),
            connect_timeout: endpoint.connect_timeout,
        };
        shell.run(doc! { "ping": 1 }).await.map(|_| shell)
    }

    #[cfg(test)]
    pub(super) fn agent(&self) -> &Agent {
        &self.agent
    }
}

impl Database for Mongosh {
    fn run_in(
        &self,
        database: DatabaseName,
        command: Document,
    ) -> Pending<'_, Result<Document, DatabaseError>> {
        Box::pin(async move {
            self.agent.ready().await?;
            let limit = reply_timeout(&command) + self.connect_timeout;
            let request = Request {
                id: self.agent.number(),
                connection: self.connection,
                uri: self.uri.expose(),
                name: &self.name,
                address: &self.address,
                limit: u64::try_from(limit.as_millis()).unwrap_or(u64::MAX),
                database: database.name(),
                command: &command,
            };
            let reply = self.agent.ask(request.id, &request, limit + MARGIN).await?;
            match (reply.reply, reply.error) {
                (Some(reply), _) => Ok(reply),
                (None, Some(error)) => Err(error.into()),
                (None, None) => {
                    Err(DatabaseError::Shape { command: "any command", field: "reply".into() })
                }
            }
        })
    }

    fn client(&self) -> DatabaseClient {
        DatabaseClient::Mongosh
    }
}

impl Drop for Mongosh {
    fn drop(&mut self) {
        self.agent.tell(&Close { connection: self.connection, close: true });
    }
}
