//! From an open stream to agreed keys with a host whose own key was checked.

use std::sync::Arc;

use russh::{AlgorithmKind, client};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::timeout,
};

use super::{
    abortable_stream::{AbortGuard, AbortableStream},
    algorithms,
    error::{ConnectError, Phase},
    handler::{Client, Failure, Words},
    known_hosts::KnownHosts,
    limits::Limits,
    route::Route,
};

/// A connection to the right host, before the login.
pub(super) struct Connection {
    pub(super) handle: client::Handle<Client>,
    pub(super) words: Words,
    pub(super) known: Arc<KnownHosts>,
    /// Declared last, so that russh still sends what it holds when all is dropped.
    _abort_guard: AbortGuard,
}

/// Speaks SSH over the stream up to the end of the first key exchange.
pub(super) async fn greet<S>(
    stream: S,
    route: &Route,
    known: KnownHosts,
    limits: &Limits,
) -> Result<Connection, ConnectError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (stream, abort_guard) = AbortableStream::new(stream);
    let (known, words) = (Arc::new(known), Words::default());
    let config = Arc::new(algorithms::config(&known, &route.host, limits));
    let client = Client::new(Arc::clone(&known), route.host.clone(), words.clone());
    match timeout(limits.key_exchange, client::connect_stream(config, stream, client)).await {
        Ok(Ok(handle)) => Ok(Connection { handle, words, known, _abort_guard: abort_guard }),
        Ok(Err(failure)) => Err(explain(failure, route, &known, &words)),
        Err(_) => Err(ConnectError::TimedOut {
            peer: route.peer.clone(),
            phase: Phase::KeyExchange,
            limit: limits.key_exchange,
        }),
    }
}

fn explain(failure: Failure, route: &Route, known: &KnownHosts, words: &Words) -> ConnectError {
    let peer = route.peer.clone();
    match failure {
        Failure::HostKey(source) => ConnectError::HostKey { peer, source: Box::new(source) },
        Failure::NotStrict => ConnectError::Weak { peer, source: Box::new(failure) },
        Failure::Protocol(russh::Error::NoCommonAlgo { kind, ours, theirs }) => {
            let other = match kind {
                AlgorithmKind::Key => known.other_type(&route.host, &theirs),
                _ => None,
            };
            match other {
                Some(source) => ConnectError::HostKey { peer, source: Box::new(source) },
                None => ConnectError::NoCommonAlgorithm {
                    peer,
                    kind: name(&kind),
                    ours: ours.join(", "),
                    theirs: theirs.join(", "),
                },
            }
        }
        Failure::Protocol(error) if is_end(&error) => {
            let source =
                words.disconnect_reason().map_or_else(|| Box::new(error).into(), Into::into);
            ConnectError::Ended { peer, phase: Phase::KeyExchange, source }
        }
        Failure::Protocol(error) => ConnectError::Protocol { peer, source: Box::new(error) },
    }
}

/// Whether the connection simply ended, as it does when a server has too many at once.
fn is_end(error: &russh::Error) -> bool {
    matches!(error, russh::Error::IO(_) | russh::Error::HUP | russh::Error::Disconnect)
}

fn name(kind: &AlgorithmKind) -> &'static str {
    match kind {
        AlgorithmKind::Kex => "key exchange",
        AlgorithmKind::Key => "host key",
        AlgorithmKind::Cipher => "cipher",
        AlgorithmKind::Compression => "compression",
        AlgorithmKind::Mac => "MAC",
    }
}
