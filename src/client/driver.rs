//! The official driver through the SSH session: reads in a millisecond, needs nothing on the host.
//!
//! One connection for commands and one for the driver's own look at the server. Nothing is retried
//! by the driver: a command without a reply is the caller's to think about.

use std::{sync::Arc, time::Duration};

use mongodb::{
    Client as Mongo,
    bson::{Document, doc},
    error::Error,
    event::{EventHandler, sdam::SdamEvent},
    options::{
        ClientOptions, Credential as Login, ServerAddress, ServerMonitoringMode, Socks5Proxy, Tls,
        TlsOptions,
    },
};
use tokio::{sync::mpsc, time::timeout};

use super::{
    database::{Database, DatabaseError, DatabaseName},
    driver_error::translated,
    endpoint::{Credential, Endpoint},
    reply_timeout::{ReplyTimeout, reply_timeout},
    settings::ClientFiles,
    tunnel::Tunnel,
};
use crate::{
    event::DatabaseClient,
    host::transport::{Pending, Transport},
    name::APP_NAME,
};

/// The driver looks at the server when it connects and after errors; in between there is no need.
const HEARTBEAT: Duration = Duration::from_secs(3600);

/// A member, spoken to by the driver. Dropping it closes its connections.
pub struct Driver {
    client: Mongo,
    tunnel: Tunnel,
}

impl Driver {
    /// Connects, logs in where the endpoint has a login, and returns when the member has answered.
    pub async fn connect(
        transport: Arc<dyn Transport>,
        endpoint: &Endpoint,
    ) -> Result<Self, DatabaseError> {
        let tunnel = Tunnel::open(transport, endpoint)
            .await
            .map_err(|error| DatabaseError::Client(error.into()))?;
        let (failures, mut failed) = mpsc::channel(1);
        let options = options(endpoint, &tunnel, failures);
        let client = Mongo::with_options(options).map_err(translated)?;
        let driver = Self { client, tunnel };
        // The driver itself would go on trying until its time for selecting a server is over.
        let answered = tokio::select! {
            biased;
            pong = driver.run(doc! { "ping": 1 }) => pong.map(drop),
            Some(failure) = failed.recv() => Err(driver.explained(failure)),
        };
        answered.map(|()| driver)
    }

    /// The tunnel knows better than the driver why a host was not reached.
    fn explained(&self, error: Error) -> DatabaseError {
        match (translated(error), self.tunnel.take_failure()) {
            (DatabaseError::NoReply(_), Some(failure)) => DatabaseError::NoReply(failure.into()),
            (error, _) => error,
        }
    }
}

impl Database for Driver {
    fn run_in(
        &self,
        database: DatabaseName,
        command: Document,
    ) -> Pending<'_, Result<Document, DatabaseError>> {
        Box::pin(async move {
            self.tunnel.renew_reply_limit();
            let limit = reply_timeout(&command);
            let database = self.client.database(database.name());
            match timeout(limit, database.run_command(command)).await {
                Ok(reply) => reply.map_err(|error| self.explained(error)),
                Err(_) => Err(DatabaseError::NoReply(ReplyTimeout(limit).into())),
            }
        })
    }

    fn client(&self) -> DatabaseClient {
        DatabaseClient::Driver
    }
}

fn options(endpoint: &Endpoint, tunnel: &Tunnel, failures: mpsc::Sender<Error>) -> ClientOptions {
    let address =
        ServerAddress::Tcp { host: endpoint.tls_server_name.clone(), port: Some(endpoint.port) };
    let proxy = Socks5Proxy::builder()
        .host("127.0.0.1")
        .port(tunnel.port())
        .authentication(tunnel.login())
        .build();
    let mut options = ClientOptions::builder()
        .hosts(vec![address])
        .app_name(APP_NAME.to_owned())
        .direct_connection(true)
        .max_pool_size(1)
        .retry_reads(false)
        .retry_writes(false)
        .max_adaptive_retries(0)
        .connect_timeout(endpoint.connect_timeout)
        .server_selection_timeout(endpoint.connect_timeout)
        .server_monitoring_mode(ServerMonitoringMode::Poll)
        .heartbeat_freq(HEARTBEAT)
        .sdam_event_handler(reporting(failures))
        .build();
    options.socks5_proxy = Some(proxy);
    options.tls = Some(endpoint.tls.as_ref().map_or(Tls::Disabled, tls));
    options.credential = endpoint.credential.as_ref().map(login);
    options
}

/// Passes on why the driver could not connect; only the first time matters.
fn reporting(failures: mpsc::Sender<Error>) -> EventHandler<SdamEvent> {
    EventHandler::callback(move |event| {
        if let SdamEvent::ServerHeartbeatFailed(heartbeat) = event {
            failures.try_send(heartbeat.failure).ok();
        }
    })
}

fn tls(files: &ClientFiles) -> Tls {
    let mut options = TlsOptions::default();
    options.ca_file_path = Some(files.ca_file.clone());
    options.cert_key_file_path.clone_from(&files.certificate_key_file);
    Tls::Enabled(options)
}

fn login(credential: &Credential) -> Login {
    Login::builder()
        .username(credential.username.clone())
        .password(credential.password.expose().to_owned())
        .source("admin".to_owned())
        .build()
}
