//! The way to the member's server: with the plan's login, or without one where an arbiter has none.

use std::sync::Arc;

use crate::{
    client::{
        connector::{ConnectOptions, Connector, Freshness, ServerAddress},
        database::{Database, DatabaseError},
        endpoint::Credential,
        hello::{Role, hello},
        route::Purpose,
    },
    host::{Host, transport::Transport},
    plan::model::InstanceSettings,
};

/// A connection over loopback that takes longer is not going to come.
const CONNECT: std::time::Duration = std::time::Duration::from_secs(3);

/// The clients of one host.
pub(super) struct Servers {
    transport: Arc<dyn Transport>,
    plain: Connector,
    /// With the plan's login; `None` where the plan has none.
    logged_in: Option<Connector>,
}

impl Servers {
    pub(super) fn new(
        transport: &Arc<dyn Transport>,
        host: &Arc<Host>,
        mongodb: &InstanceSettings,
        credential: Option<Credential>,
    ) -> Self {
        let reader = |credential| {
            let options = ConnectOptions {
                credential,
                client: mongodb.client.clone(),
                read_with: mongodb.read_with,
                connect_timeout: CONNECT,
            };
            Connector::new(Arc::clone(transport), Arc::clone(host) as _, options)
        };
        let logged_in = credential.map(|credential| reader(Some(credential)));
        Self { transport: Arc::clone(transport), plain: reader(None), logged_in }
    }

    /// The way to the host.
    pub(super) fn transport(&self) -> &Arc<dyn Transport> {
        &self.transport
    }

    /// A connection, held to the first of the names that its certificate covers.
    pub(super) async fn database(
        &self,
        place: &ServerAddress,
        names: &[String],
        purpose: Purpose,
        freshness: Freshness,
    ) -> Result<Arc<dyn Database>, DatabaseError> {
        let mut first = None;
        for name in names {
            let place = ServerAddress { tls_server_name: name.clone(), ..place.clone() };
            match self.named(&place, purpose, freshness).await {
                Ok(database) => return Ok(database),
                Err(error @ DatabaseError::Login(_)) => return Err(error),
                Err(error) => _ = first.get_or_insert(error),
            }
        }
        match first {
            Some(error) => Err(error),
            None => self.named(place, purpose, freshness).await,
        }
    }

    /// Reaches the server by TLS, held to the first of the names that its certificate covers.
    pub(super) async fn by_tls(
        &self,
        place: &ServerAddress,
        names: &[String],
    ) -> Result<(), DatabaseError> {
        let reader = self.logged_in.as_ref().unwrap_or(&self.plain);
        let mut first = None;
        for name in names {
            let place = ServerAddress { tls_server_name: name.clone(), ..place.clone() };
            match reader.by_tls(&place).await {
                Ok(()) => return Ok(()),
                Err(error) => _ = first.get_or_insert(error),
            }
        }
        match first {
            Some(error) => Err(error),
            None => reader.by_tls(place).await,
        }
    }

    /// Starts mongosh ahead of time.
    pub(super) async fn warm_up(&self, user: &str) {
        let reader = self.logged_in.as_ref().unwrap_or(&self.plain);
        // Whoever needs it waits for it, and hears then why it could not be had.
        let _ = reader.warm_up(user).await;
    }

    async fn named(
        &self,
        place: &ServerAddress,
        purpose: Purpose,
        freshness: Freshness,
    ) -> Result<Arc<dyn Database>, DatabaseError> {
        let Some(logged_in) = &self.logged_in else {
            return self.plain.database(place, purpose, freshness).await;
        };
        match logged_in.database(place, purpose, freshness).await {
            // An arbiter stores no users; what it tells, it tells to localhost without a login.
            Err(DatabaseError::Login(refused)) => {
                let database = self.plain.database(place, purpose, freshness).await?;
                match hello(&*database).await {
                    Ok(hello) if hello.role == Role::Arbiter => Ok(database),
                    _ => Err(DatabaseError::Login(refused)),
                }
            }
            other => other,
        }
    }
}
