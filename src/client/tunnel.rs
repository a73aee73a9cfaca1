//! A listener on the loopback that carries the driver's connections through the SSH session.
//!
//! The driver can be given a proxy but no stream, so this is a proxy: for this process only (a
//! login that is random and never leaves it), to one port of one host only, for as long as the
//! [`Tunnel`] lives. The name that the driver asks for is the one it verifies by TLS; what is
//! dialled on the host is an address of our choice.

use std::{
    io,
    net::Ipv4Addr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    io::copy_bidirectional,
    net::TcpListener,
    task::{JoinHandle, JoinSet},
    time::timeout,
};

use super::{
    endpoint::Endpoint,
    quick_ack::QuickAckStream,
    reply_limit::{Metered, ReplyLimit},
    socks::{SocksReply, SocksServer, send_reply},
};
use crate::host::transport::{Stream, Transport, TransportError};

/// More connections at once than the driver ever has; a stranger cannot pile up more.
const CONNECTIONS: usize = 16;

/// How long a client of the listener may take to say what it wants.
const HANDSHAKE: Duration = Duration::from_secs(5);

/// A way for the driver to one port of one host. Dropping it closes the listener and every
/// connection.
pub(super) struct Tunnel {
    listener: JoinHandle<()>,
    port: u16,
    state: Arc<TunnelState>,
}

/// What every connection needs.
struct TunnelState {
    server: SocksServer,
    transport: Arc<dyn Transport>,
    address: String,
    connect_timeout: Duration,
    reply_limit: Arc<ReplyLimit>,
    failure: Mutex<Option<TransportError>>,
}

impl Tunnel {
    /// Opens the listener.
    pub(super) async fn open(
        transport: Arc<dyn Transport>,
        endpoint: &Endpoint,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        let state = Arc::new(TunnelState {
            server: SocksServer {
                user: random(),
                password: random(),
                name: endpoint.tls_server_name.clone(),
                port: endpoint.port,
            },
            transport,
            address: endpoint.address.clone(),
            connect_timeout: endpoint.connect_timeout,
            reply_limit: Arc::default(),
            failure: Mutex::default(),
        });
        let listener = tokio::spawn(listen(listener, Arc::clone(&state)));
        Ok(Self { listener, port, state })
    }

    /// The listener's port.
    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// User and password of this tunnel.
    pub(super) fn login(&self) -> (String, String) {
        (self.state.server.user.clone(), self.state.server.password.clone())
    }

    /// Why the host was last not reached; the driver only learns that it was not.
    pub(super) fn take_failure(&self) -> Option<TransportError> {
        self.state.failure.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Grants the next reply its bytes.
    pub(super) fn renew_reply_limit(&self) {
        self.state.reply_limit.renew();
    }
}

impl Drop for Tunnel {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

fn random() -> String {
    format!("{:032x}", rand::random::<u128>())
}

/// Accepts until aborted; the connections end with this task.
async fn listen(listener: TcpListener, state: Arc<TunnelState>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept(), if connections.len() < CONNECTIONS => {
                let Ok((client, _)) = accepted else { return };
                client.set_nodelay(true).ok();
                connections.spawn(Arc::clone(&state).carry(QuickAckStream(client)));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

impl TunnelState {
    /// One connection, from its first byte to its last. A rejected client is not reported here: the
    /// driver reports its own failure.
    async fn carry(self: Arc<Self>, mut client: QuickAckStream) {
        let admitted = timeout(HANDSHAKE, self.server.admit(&mut client)).await;
        if let Ok(Ok(())) = admitted {
            self.connect(client).await.ok();
        }
    }

    async fn connect(&self, mut client: QuickAckStream) -> io::Result<()> {
        let Some(stream) = self.dial().await else {
            return send_reply(&mut client, SocksReply::Refused).await;
        };
        send_reply(&mut client, SocksReply::Succeeded).await?;
        let mut member = Metered::new(stream, Arc::clone(&self.reply_limit));
        copy_bidirectional(&mut client, &mut member).await?;
        Ok(())
    }

    async fn dial(&self) -> Option<Box<dyn Stream>> {
        let port = self.server.port;
        let failure =
            match timeout(self.connect_timeout, self.transport.dial(&self.address, port)).await {
                Ok(Ok(stream)) => return Some(stream),
                Ok(Err(failure)) => failure,
                Err(elapsed) => TransportError::Refused { port, source: elapsed.into() },
            };
        *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(failure);
        None
    }
}
