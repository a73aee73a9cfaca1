//! A local TCP connection with quick acknowledgements.
//!
//! The driver does not turn Nagle's algorithm off on its connection to a proxy. Where it writes
//! twice and then waits, as in a TLS handshake, the second packet would wait for an acknowledgement
//! that the kernel likes to put off for 40 ms. We cannot reach the driver's socket, but ours is the
//! one that acknowledges.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

/// The driver's connection to the listener.
pub(super) struct QuickAckStream(pub(super) TcpStream);

impl QuickAckStream {
    /// The kernel resets the option by itself, so it is set before every read.
    fn acknowledge(&self) {
        #[cfg(any(target_os = "linux", target_os = "android"))]
        self.0.set_quickack(true).ok();
    }
}

impl AsyncRead for QuickAckStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.acknowledge();
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl AsyncWrite for QuickAckStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}
