//! The connector's decisions, on a host without a server.

use std::{
    error::Error,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};

use super::*;
use crate::host::transport::{Pending, Process, Stream};

/// A host on which nothing listens and mongosh cannot be started.
#[derive(Default)]
struct Empty {
    refusals: bool,
    dialled: AtomicUsize,
    started: AtomicUsize,
}

impl Transport for Empty {
    fn spawn<'a>(&'a self, _: &'a str) -> Pending<'a, Result<Process, TransportError>> {
        Box::pin(async { Err(TransportError::NotSent("unused".into())) })
    }

    fn dial<'a>(
        &'a self,
        _: &'a str,
        port: u16,
    ) -> Pending<'a, Result<Box<dyn Stream>, TransportError>> {
        self.dialled.fetch_add(1, Relaxed);
        let refused = || TransportError::Refused { port, source: "connection refused".into() };
        // Without a refusal the server hangs up, as one does that speaks TLS only.
        let (ours, _) = tokio::io::duplex(64);
        let stream: Box<dyn Stream> = Box::new(ours);
        let outcome = if self.refusals { Err(refused()) } else { Ok(stream) };
        Box::pin(async move { outcome })
    }

    fn is_lost(&self) -> bool {
        false
    }
}

impl InteractiveHost for Empty {
    fn start_interactive<'a>(
        &'a self,
        _: &'a str,
        _: &'static str,
        _: [&'a str; 2],
    ) -> Pending<'a, Result<Process, Box<dyn Error + Send + Sync>>> {
        self.started.fetch_add(1, Relaxed);
        Box::pin(async { Err("no channel".into()) })
    }
}

fn server() -> ServerAddress {
    ServerAddress {
        address: "127.0.0.1".into(),
        port: 27017,
        tls_server_name: "db1.example.net".into(),
        mode: Some(TlsMode::Allow),
        tls: TlsFiles { ca_file: None, certificate_key_file: None },
        user: "mongodb".into(),
    }
}

async fn outcome(host: &Arc<Empty>, purpose: Purpose) -> DatabaseError {
    let options = ConnectOptions {
        credential: None,
        client: None,
        read_with: None,
        connect_timeout: Duration::from_secs(5),
    };
    let reader = Connector::new(Arc::clone(host) as _, Arc::clone(host) as _, options);
    match reader.database(&server(), purpose, Freshness::Any).await {
        Err(error) => error,
        Ok(_) => panic!("nothing is there"),
    }
}

#[tokio::test]
async fn a_port_that_refuses_ends_the_search_before_mongosh_is_started() {
    let host = Arc::new(Empty { refusals: true, ..Empty::default() });
    let error = outcome(&host, Purpose::Read).await;
    let DatabaseError::NoReply(cause) = error else { panic!("{error:?}") };
    assert_eq!(cause.to_string(), "no connection to port 27017 on the host");
    assert_eq!((host.dialled.load(Relaxed), host.started.load(Relaxed)), (1, 0));
}

#[tokio::test]
async fn a_server_that_hangs_up_is_tried_every_way_and_each_is_told() {
    let host = Arc::new(Empty::default());
    let error = outcome(&host, Purpose::Read).await;
    let DatabaseError::NoReply(cause) = error else { panic!("{error:?}") };
    let told = cause.to_string();
    assert!(told.starts_with("the driver in plaintext: "), "{told}");
    assert!(
        told.ends_with("mongosh in plaintext: no channel; mongosh by TLS: no channel"),
        "{told}"
    );
    assert_eq!(host.started.load(Relaxed), 2);
}
