//! Connects to a host's server by the best route and remembers which one worked.
//!
//! [`super::route`] decides the order; this module connects. A refused port ends the search, because
//! no other client would do better, and so does a refused login, because a second attempt might lock
//! the user out.

use std::{sync::Arc, time::Duration};

use tokio::sync::Mutex;

use super::{
    agent::Agent,
    all_routes_failed::AllRoutesFailed,
    database::{Database, DatabaseError},
    driver::Driver,
    endpoint::{Credential, Endpoint},
    fail_once::FailOnce,
    mongosh::Mongosh,
    route::{Channel, ClientCertificate, ClientRoute, Compatibility, Facts, Purpose, routes},
    settings::{ClientFiles, ReadWith, TlsFiles},
};
use crate::{
    cluster::mode::TlsMode,
    event::DatabaseClient,
    host::{
        interactive::InteractiveHost,
        transport::{Transport, TransportError},
    },
};

/// How to connect to members, the same for the whole run.
#[derive(Clone, Debug)]
pub struct ConnectOptions {
    /// The login, where the cluster has authentication.
    pub credential: Option<Credential>,
    /// The controller's own files, where the plan has any.
    pub client: Option<ClientFiles>,
    /// The client that the plan pins for reading.
    pub read_with: Option<ReadWith>,
    /// How long a connection may take.
    pub connect_timeout: Duration,
}

/// Where a server listens and what is known of it now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerAddress {
    /// What is dialled on the host.
    pub address: String,
    /// The port there.
    pub port: u16,
    /// The member's name without its port.
    pub tls_server_name: String,
    /// The mode that the server was last known in.
    pub mode: Option<TlsMode>,
    /// The server's own files, by which the host speaks TLS to it.
    pub tls: TlsFiles,
    /// The user who may read them: the service's.
    pub user: String,
}

/// Whether a connection from before will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// Any that works.
    Any,
    /// Only one that did not exist before: it proves that connections can be made now.
    New,
}

/// The clients of one host.
pub struct Connector {
    transport: Arc<dyn Transport>,
    shell: Arc<dyn InteractiveHost>,
    options: ConnectOptions,
    agent: Mutex<Option<Arc<Agent>>>,
    reading: Mutex<Memory>,
    changing: Mutex<Memory>,
}

/// What is remembered for one purpose.
#[derive(Default)]
struct Memory {
    open: Option<(ServerAddress, Arc<FailOnce>)>,
    worked: Option<ClientRoute>,
    driver_incompatible: bool,
}

impl Connector {
    /// For one host; nothing is connected yet.
    #[must_use]
    pub fn new(
        transport: Arc<dyn Transport>,
        shell: Arc<dyn InteractiveHost>,
        options: ConnectOptions,
    ) -> Self {
        let (reading, changing) = (Mutex::default(), Mutex::default());
        Self { transport, shell, options, agent: Mutex::default(), reading, changing }
    }

    /// A connection to the member. Which client it is, it says itself.
    pub async fn database(
        &self,
        server: &ServerAddress,
        purpose: Purpose,
        freshness: Freshness,
    ) -> Result<Arc<dyn Database>, DatabaseError> {
        let memory = match purpose {
            Purpose::Read => &self.reading,
            Purpose::Change => &self.changing,
        };
        let mut memory = memory.lock().await;
        match &memory.open {
            Some((known, open)) if known == server && !open.has_failed() => {
                if freshness == Freshness::Any {
                    return Ok(Arc::clone(open) as _);
                }
            }
            _ => memory.open = None,
        }
        let database = self.connect(server, purpose, &mut memory).await?;
        memory.open = Some((server.clone(), Arc::clone(&database)));
        Ok(database)
    }

    /// Reaches the member by TLS and nothing else, over a connection that is closed again.
    pub async fn by_tls(&self, server: &ServerAddress) -> Result<(), DatabaseError> {
        let memory = self.reading.lock().await;
        let facts = self.facts(server, Purpose::Read, &memory);
        drop(memory);
        let mut tried = AllRoutesFailed::default();
        for route in routes(facts).into_iter().filter(|route| route.channel == Channel::Tls) {
            match self.go(route, server).await {
                Ok(_) => return Ok(()),
                Err(error) => tried.add(route, error),
            }
        }
        Err(tried.into())
    }

    /// Starts mongosh on the host, so that the first change need not wait for it.
    pub async fn warm_up(&self, user: &str) -> Result<(), DatabaseError> {
        self.agent(user).await.map(drop)
    }

    async fn connect(
        &self,
        server: &ServerAddress,
        purpose: Purpose,
        memory: &mut Memory,
    ) -> Result<Arc<FailOnce>, DatabaseError> {
        let mut tried = AllRoutesFailed::default();
        for route in routes(self.facts(server, purpose, memory)) {
            if route.client == DatabaseClient::Driver && memory.driver_incompatible {
                continue;
            }
            match self.go(route, server).await {
                Ok(database) => {
                    memory.worked = Some(route);
                    return Ok(FailOnce::new(database));
                }
                Err(error) if is_final(&error) => return Err(error),
                Err(error) => {
                    memory.driver_incompatible |= is_incompatible(route, &error);
                    tried.add(route, error);
                }
            }
        }
        Err(tried.into())
    }

    fn facts(&self, server: &ServerAddress, purpose: Purpose, memory: &Memory) -> Facts {
        Facts {
            purpose,
            mode: server.mode,
            client_certificate: if self.options.client.is_some() {
                ClientCertificate::Given
            } else {
                ClientCertificate::Missing
            },
            driver: if memory.driver_incompatible {
                Compatibility::Incompatible
            } else {
                Compatibility::Compatible
            },
            read_with: self.options.read_with,
            worked: memory.worked,
        }
    }

    async fn go(
        &self,
        route: ClientRoute,
        server: &ServerAddress,
    ) -> Result<Box<dyn Database>, DatabaseError> {
        let by_tls = route.channel == Channel::Tls;
        match route.client {
            DatabaseClient::Driver => {
                let files = self.options.client.clone().filter(|_| by_tls);
                let endpoint = self.endpoint(server, files);
                let driver = Driver::connect(Arc::clone(&self.transport), &endpoint).await?;
                Ok(Box::new(driver))
            }
            DatabaseClient::Mongosh => {
                let endpoint = self.endpoint(server, by_tls.then(|| server.tls.clone()));
                let agent = self.agent(&server.user).await?;
                Ok(Box::new(Mongosh::connect(agent, &endpoint).await?))
            }
        }
    }

    fn endpoint<Files>(&self, server: &ServerAddress, tls: Option<Files>) -> Endpoint<Files> {
        Endpoint {
            address: server.address.clone(),
            port: server.port,
            tls_server_name: server.tls_server_name.clone(),
            tls,
            credential: self.options.credential.clone(),
            connect_timeout: self.options.connect_timeout,
        }
    }

    /// The host's mongosh, started where there is none or where it has ended.
    async fn agent(&self, user: &str) -> Result<Arc<Agent>, DatabaseError> {
        let mut agent = self.agent.lock().await;
        match &*agent {
            Some(running) if !running.is_over() => Ok(Arc::clone(running)),
            _ => {
                let started = Agent::start(&*self.shell, user).await?;
                *agent = Some(Arc::clone(&started));
                Ok(started)
            }
        }
    }
}

/// Whether no other way would bring more.
fn is_final(error: &DatabaseError) -> bool {
    match error {
        DatabaseError::Login(_) => true,
        DatabaseError::NoReply(cause) => cause.is::<TransportError>(),
        _ => false,
    }
}

/// Whether the driver has said that it does not know such a server, rather than that it lacks a
/// file: then plaintext is not worth a try either.
fn is_incompatible(route: ClientRoute, error: &DatabaseError) -> bool {
    let too_old = |cause: &dyn std::error::Error| cause.to_string().contains("channel version");
    route.client == DatabaseClient::Driver
        && matches!(error, DatabaseError::Client(cause) if too_old(cause.as_ref()))
}

#[cfg(test)]
#[path = "connector_tests.rs"]
mod tests;
