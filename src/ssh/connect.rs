//! From a target to a session.

use std::time::Duration;

use tokio::{
    sync::Semaphore,
    time::{sleep, timeout},
};

use super::{
    auth::Login,
    credentials::Credentials,
    error::{ConnectError, Phase},
    handshake::{self, Connection},
    known_hosts::KnownHosts,
    limits::Limits,
    route::Route,
    session::Session,
    socket,
    target::Target,
};

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
    let route = Route::of(target);
    let mut tries = 1;
    loop {
        match attempt(&route, credentials, limits).await {
            Err(ConnectError::Ended { phase: Phase::KeyExchange, .. }) if tries < TRIES => {
                // There is no condition to wait for: the server does not say when it has room.
                sleep(Duration::from_millis(150) * tries).await;
                tries += 1;
            }
            other => return other.map(|connection| Session::new(connection, limits)),
        }
    }
}

async fn attempt(
    route: &Route,
    credentials: &Credentials,
    limits: &Limits,
) -> Result<Connection, ConnectError> {
    // Read anew for every attempt: a person may have added the missing line meanwhile.
    let known = KnownHosts::read(&route.known_hosts)
        .map_err(|source| ConnectError::HostKey { peer: route.peer.clone(), source })?;
    // A key that cannot be used is better known before a host is bothered.
    if let Some(path) = &credentials.identity_file {
        credentials
            .open(path)
            .await
            .map_err(|source| ConnectError::KeyFile { peer: route.peer.clone(), source })?;
    }
    let _turn = HANDSHAKES.acquire().await;
    let peer = &route.peer;
    let opened = timeout(limits.tcp, socket::open(&peer.address, peer.port, limits)).await;
    let stream =
        opened.unwrap_or_else(|elapsed| Err(elapsed.into())).map_err(|source| {
            match source.kind() {
                std::io::ErrorKind::TimedOut => ConnectError::TimedOut {
                    peer: peer.clone(),
                    phase: Phase::Tcp,
                    limit: limits.tcp,
                },
                _ => ConnectError::Unreachable { peer: peer.clone(), source },
            }
        })?;
    let mut connection = handshake::greet(stream, route, known, limits).await?;
    Login::new(&mut connection, route, limits).run(credentials).await?;
    Ok(connection)
}
