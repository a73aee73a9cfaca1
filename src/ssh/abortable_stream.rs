//! A stream that can be cut from outside.
//!
//! russh runs a connection in a task of its own, and a task that waits for a silent host in the key
//! exchange outlives the future that started it. Cutting the stream ends the task for certain.

use std::{
    future::Future,
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    sync::oneshot,
};

/// Holds a stream together: dropping it cuts the stream.
#[derive(Debug)]
pub(super) struct AbortGuard(
    #[expect(dead_code, reason = "it is held to be dropped")] oneshot::Sender<()>,
);

/// A stream that ends with its [`AbortGuard`].
pub(super) struct AbortableStream<S> {
    stream: S,
    cut: oneshot::Receiver<()>,
}

impl<S> AbortableStream<S> {
    /// Ties a stream to a new guard.
    pub(super) fn new(stream: S) -> (Self, AbortGuard) {
        let (keep, cut) = oneshot::channel();
        (Self { stream, cut }, AbortGuard(keep))
    }

    fn poll_cut(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        match Pin::new(&mut self.cut).poll(cx) {
            Poll::Pending => Ok(()),
            Poll::Ready(_) => Err(io::ErrorKind::ConnectionAborted.into()),
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for AbortableStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        // The stream goes first, so that what arrived before the cut is still read.
        if let Poll::Ready(result) = Pin::new(&mut self.stream).poll_read(cx, buf) {
            return Poll::Ready(result);
        }
        self.poll_cut(cx)?;
        Poll::Pending
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for AbortableStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        if let Poll::Ready(result) = Pin::new(&mut self.stream).poll_write(cx, buf) {
            return Poll::Ready(result);
        }
        self.poll_cut(cx)?;
        Poll::Pending
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Poll::Ready(result) = Pin::new(&mut self.stream).poll_flush(cx) {
            return Poll::Ready(result);
        }
        self.poll_cut(cx)?;
        Poll::Pending
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_shutdown(cx))?;
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::{io::AsyncReadExt, time::timeout};

    use super::*;

    #[tokio::test]
    async fn dropping_the_lifeline_ends_a_read_that_waits() {
        let (stream, _silent_peer) = tokio::io::duplex(64);
        let (mut stream, abort_guard) = AbortableStream::new(stream);
        let read = tokio::spawn(async move { stream.read_u8().await });
        tokio::task::yield_now().await;
        drop(abort_guard);
        let end = timeout(Duration::from_secs(5), read).await.expect("the read ends").unwrap();
        assert_eq!(end.unwrap_err().kind(), io::ErrorKind::ConnectionAborted);
    }
}
