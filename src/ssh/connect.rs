//! From a target to a session, through jump hosts where the ssh configuration asks for them.

use std::{io, time::Duration};

use tokio::{sync::Semaphore, time::sleep};

use super::{
    auth::Login,
    credentials::Credentials,
    error::{ConnectError, Phase},
    handshake::{self, Connection},
    jump,
    known_hosts::KnownHosts,
    limits::Limits,
    route::Route,
    session::Session,
    socket,
    target::Target,
};
use crate::host::transport::{Pending, Stream};

/// How many connections may be between TCP and login at once, over all hosts.
///
/// sshd drops some of them at random from ten on (`MaxStartups 10:30:100`), and a jump host sees
/// those to every host behind it.
static HANDSHAKES: Semaphore = Semaphore::const_new(8);

/// How often a connection that ends in the key exchange is tried: a server with too many at once
/// ends them there. Nothing was said to it yet, so trying again is safe.
const TRIES: u32 = 3;

/// Connects to a host, checks that it is the one, and logs in.
pub async fn connect(
    target: &Target,
    credentials: &Credentials,
    limits: &Limits,
) -> Result<Session, ConnectError> {
    let route = Route::resolve(target)
        .await
        .map_err(|source| ConnectError::Config { name: target.name.clone(), source })?;
    reach(&route, target, credentials, limits, 0).await
}

/// Boxed, because a jump host is reached the same way.
pub(super) fn reach<'a>(
    route: &'a Route,
    target: &'a Target,
    credentials: &'a Credentials,
    limits: &'a Limits,
    depth: usize,
) -> Pending<'a, Result<Session, ConnectError>> {
    Box::pin(async move {
        // A key that cannot be used is better known before a host is bothered.
        if let Some(path) = credentials.wanted_key(route) {
            credentials
                .open(path)
                .await
                .map_err(|source| ConnectError::KeyFile { peer: route.peer.clone(), source })?;
        }
        let via = jump::host(route, target, credentials, limits, depth).await?;
        let mut tries = 1;
        loop {
            match attempt(route, via.as_ref(), credentials, limits).await {
                Err(ConnectError::Ended { phase: Phase::KeyExchange, .. }) if tries < TRIES => {
                    // There is no condition to wait for: the server does not say when it has room.
                    sleep(Duration::from_millis(150) * tries).await;
                    tries += 1;
                }
                other => return other.map(|connection| Session::new(connection, limits)),
            }
        }
    })
}

async fn attempt(
    route: &Route,
    via: Option<&Session>,
    credentials: &Credentials,
    limits: &Limits,
) -> Result<Connection, ConnectError> {
    // Read anew for every attempt: a person may have added the missing line meanwhile.
    let known = KnownHosts::read(&route.known_hosts)
        .map_err(Box::new)
        .map_err(|source| ConnectError::HostKey { peer: route.peer.clone(), source })?;
    let _turn = HANDSHAKES.acquire().await;
    let stream: Box<dyn Stream> = match via {
        Some(session) => jump::dial(session, route).await?,
        None => Box::new(direct(route, limits).await?),
    };
    let mut connection = handshake::greet(stream, route, known, limits).await?;
    Login::new(&mut connection, route, limits).run(credentials).await?;
    Ok(connection)
}

async fn direct(route: &Route, limits: &Limits) -> Result<tokio::net::TcpStream, ConnectError> {
    let peer = &route.peer;
    socket::open(&peer.address, peer.port, limits).await.map_err(|source| match source.kind() {
        io::ErrorKind::TimedOut => {
            ConnectError::TimedOut { peer: peer.clone(), phase: Phase::Tcp, limit: limits.tcp }
        }
        _ => ConnectError::Unreachable { peer: peer.clone(), source },
    })
}
