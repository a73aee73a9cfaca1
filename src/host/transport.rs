//! The seam between what is done on a host and how its bytes get there.
//!
//! A transport starts processes and opens streams, nothing else; SSH is the one that ships, a local
//! shell is the one the script tests use. An end without a status is an outcome of its own: whether
//! the command ran is then not known, and must not be guessed.

use std::{error::Error, future::Future, pin::Pin, sync::Arc};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::mpsc,
};

use crate::error::Cause;

/// A boxed future, so that transports can be held behind one pointer.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A byte stream to a port as seen from the host.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A way to a host.
pub trait Transport: Send + Sync {
    /// Starts a command line (already quoted shell text, see [`crate::host`]).
    fn spawn<'a>(&'a self, command: &'a str) -> Pending<'a, Result<Process, TransportError>>;

    /// Opens a connection from the host to an address there.
    fn dial<'a>(
        &'a self,
        address: &'a str,
        port: u16,
    ) -> Pending<'a, Result<Box<dyn Stream>, TransportError>>;

    /// The same way gone once more: a connection that did not exist before.
    fn afresh(&self) -> Pending<'_, Result<Arc<dyn Transport>, TransportError>> {
        let source = "this transport knows its way only once".into();
        Box::pin(async move { Err(TransportError::NotSent(source)) })
    }

    /// Whether the connection is known to be gone.
    fn is_lost(&self) -> bool;
}

/// A process on the host. Dropping it ends it as far as the transport can.
pub struct Process {
    /// Chunks for its standard input; dropping the sender is end of file.
    pub stdin: mpsc::Sender<Vec<u8>>,
    /// What it prints and how it ends. The channel closing without a [`Chunk::Exit`] means that the
    /// connection was lost. Always drain it: an unread process stalls the whole connection.
    pub output: mpsc::Receiver<Chunk>,
}

/// A piece of a process's life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chunk {
    /// Standard output.
    Stdout(Vec<u8>),
    /// Standard error.
    Stderr(Vec<u8>),
    /// The end; comes once, but output may still follow it.
    Exit(Status),
}

/// How a process ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// By itself, with a status.
    Exited(u32),
    /// By a signal.
    Signalled(String),
}

/// A transport could not do its part.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// Nothing was sent: the connection was already gone or the host refused to start anything.
    #[error("the host did not take the request")]
    NotSent(#[source] Box<dyn Error + Send + Sync>),
    /// The host refused the connection to a port there.
    #[error("no connection to port {port} on the host")]
    Refused {
        /// The port asked for.
        port: u16,
        /// What the host said.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
}

impl TransportError {
    /// The designed error behind it, where connecting anew failed: a host key that changed in the
    /// middle of a run is not the same as a host that is away.
    #[must_use]
    pub fn designed(&self) -> Option<&Cause> {
        match self {
            Self::NotSent(source) => source.downcast_ref(),
            Self::Refused { .. } => None,
        }
    }
}
