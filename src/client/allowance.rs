//! A cap on what a member can make us hold: bytes per reply, counted where they arrive.
//!
//! The driver takes a reply as long as the server says that it is. What tlsplan asks is answered
//! with kilobytes, so a member that sends megabytes is cut off.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The most bytes that a reply may have, by either client.
pub const REPLY_CAP: usize = 4 * 1024 * 1024;

/// How much has come since it was last renewed.
#[derive(Debug, Default)]
pub(super) struct Allowance(AtomicUsize);

impl Allowance {
    /// Grants the whole cap again.
    pub(super) fn renew(&self) {
        self.0.store(0, Relaxed);
    }

    fn check(&self) -> io::Result<()> {
        if self.0.load(Relaxed) < REPLY_CAP {
            return Ok(());
        }
        Err(io::Error::other(format!("the member sent more than {REPLY_CAP} bytes for one reply")))
    }

    fn spend(&self, bytes: usize) {
        self.0.fetch_add(bytes, Relaxed);
    }
}

/// A stream whose reading side is held to an allowance.
pub(super) struct Metered<S> {
    stream: S,
    allowance: Arc<Allowance>,
}

impl<S> Metered<S> {
    pub(super) fn new(stream: S, allowance: Arc<Allowance>) -> Self {
        Self { stream, allowance }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Metered<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.allowance.check()?;
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        self.allowance.spend(buffer.filled().len().saturating_sub(before));
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Metered<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;

    use super::*;

    #[tokio::test]
    async fn a_reply_that_never_ends_is_cut_off_and_the_next_one_is_granted_its_own() {
        let allowance = Arc::new(Allowance::default());
        let mut endless = Metered::new(tokio::io::repeat(7), Arc::clone(&allowance));
        let mut heard = Vec::new();
        assert!(endless.read_to_end(&mut heard).await.is_err());
        assert!((REPLY_CAP..2 * REPLY_CAP).contains(&heard.len()));

        allowance.renew();
        let mut one = [0; 1024];
        assert!(endless.read_exact(&mut one).await.is_ok());
    }
}
