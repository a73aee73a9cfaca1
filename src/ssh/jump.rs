//! The way through a jump host: a session there, and a stream through it.

use super::{
    connect::reach, credentials::Credentials, error::ConnectError, limits::Limits, route::Route,
    session::Session, ssh_config::SshConfigError, target::Target,
};
use crate::{
    host::transport::{Stream, Transport},
    name::HostName,
};

/// More jump hosts than any real chain has: a configuration that names itself must end.
const LONGEST_CHAIN: usize = 8;

/// A session on the last jump host of a route, if it has any.
pub(super) async fn host(
    route: &Route,
    target: &Target,
    credentials: &Credentials,
    limits: &Limits,
    depth: usize,
) -> Result<Option<Session>, ConnectError> {
    let Some((hop, before)) = route.jumps.split_last() else {
        return Ok(None);
    };
    let through = |source: ConnectError| ConnectError::Jump {
        name: target.name.clone(),
        jump: hop.host.clone(),
        source: Box::new(source),
    };
    let config = |source| ConnectError::Config { name: target.name.clone(), source };
    if depth >= LONGEST_CHAIN {
        let (address, jump) = (target.address.clone(), hop.host.clone());
        return Err(config(SshConfigError::Jump { address, jump }));
    }
    let hop_target = Target {
        name: HostName::new(hop.host.as_str()),
        address: hop.host.clone(),
        port: hop.port,
        user: hop.user.clone(),
        known_hosts: target.known_hosts.clone(),
        config: target.config.clone(),
    };
    let mut hop_route =
        Route::resolve(&hop_target).await.map_err(|source| through(config(source)))?;
    if !before.is_empty() {
        // As with `ssh -J a,b`: what stands before a hop is the way to it.
        hop_route.jumps = before.to_vec();
    }
    // The plan's key is for its hosts; a jump host may want another.
    let credentials = credentials.for_jump();
    let reached = reach(&hop_route, &hop_target, &credentials, limits, depth + 1).await;
    let session = reached.map_err(through)?;
    warm_up(&session).await;
    Ok(Some(session))
}

/// sshd sets `TCP_NODELAY` on a client's socket only once a session has run on it; without this
/// every command through the jump host costs 40 ms more.
async fn warm_up(session: &Session) {
    // A jump host may well forbid commands; then it is only slower.
    if let Ok(mut process) = session.spawn("true").await {
        let _ = tokio::time::timeout(session.limits().close_timeout, async {
            while process.output.recv().await.is_some() {}
        })
        .await;
    }
}

/// A stream from the jump host to the host of the route.
pub(super) async fn dial(
    session: &Session,
    route: &Route,
) -> Result<Box<dyn Stream>, ConnectError> {
    let peer = &route.peer;
    session.dial(&peer.address, peer.port).await.map_err(|error| ConnectError::Unreachable {
        peer: peer.clone(),
        source: std::io::Error::other(error),
    })
}
