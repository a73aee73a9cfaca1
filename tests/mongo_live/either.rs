//! The oldest and the newest server, each with a client that can speak to it: the driver knows no 4.2.

use std::{
    env,
    sync::Arc,
    time::{Duration, Instant},
};

use tlsplan::client::{
    agent::Agent,
    database::{Database, DatabaseError},
    driver::Driver,
    endpoint::{Credential, Endpoint},
    mongosh::Mongosh,
    settings::TlsFiles,
};

use crate::{
    mongosh::Here,
    server::{Mongod, mongod},
    transport::Local,
};

/// A server's program and the client for it.
pub(crate) struct Either {
    pub(crate) binary: String,
    shell: Option<Arc<Agent>>,
}

/// By which way a server is spoken to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    Plaintext,
    Tls,
}

/// Both of them.
pub(crate) async fn both() -> [Either; 2] {
    let variable = |name: &str| env::var(name).unwrap_or_else(|_| panic!("{name} is not set"));
    let old = Here::in_folder(&variable("TLSPLAN_TEST_OLD_MONGOSH"));
    let shell = Some(Agent::start(&old, "root").await.unwrap());
    let binary = variable("TLSPLAN_TEST_OLD_MONGOD");
    [Either { binary: mongod(), shell: None }, Either { binary, shell }]
}

impl Either {
    /// Starts the server.
    pub(crate) fn start(&self, tls_mode: &str, more: &[&str]) -> Mongod {
        Mongod::start_binary(&self.binary, tls_mode, more)
    }

    /// Connects as soon as it listens.
    pub(crate) async fn connect(
        &self,
        server: &Mongod,
        by: By,
        login: Option<&Credential>,
    ) -> Box<dyn Database> {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            match self.try_connect(server, by, login).await {
                Ok(db) => return db,
                Err(DatabaseError::NoReply(_)) if Instant::now() < deadline => {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                Err(error) => panic!("{}: {error:?}", self.binary),
            }
        }
    }

    /// Connects now or not at all.
    pub(crate) async fn try_connect(
        &self,
        server: &Mongod,
        by: By,
        login: Option<&Credential>,
    ) -> Result<Box<dyn Database>, DatabaseError> {
        let base = Endpoint { credential: login.cloned(), ..server.tls_endpoint() };
        let Some(shell) = &self.shell else {
            let tls = base.tls.clone().filter(|_| by == By::Tls);
            let driver = Driver::connect(Arc::new(Local), &Endpoint { tls, ..base }).await?;
            return Ok(Box::new(driver));
        };
        let path = |path: &std::path::Path| Some(path.to_str().unwrap().to_owned());
        let files = TlsFiles {
            ca_file: path(&server.certificates.ca),
            certificate_key_file: path(&server.certificates.client),
        };
        let Endpoint { address, port, tls_server_name, credential, connect_timeout, .. } = base;
        let tls = (by == By::Tls).then_some(files);
        let endpoint =
            Endpoint { address, port, tls_server_name, credential, connect_timeout, tls };
        Ok(Box::new(Mongosh::connect(Arc::clone(shell), &endpoint).await?))
    }
}
