//! A limit on memory: bytes per reply, counted as they arrive.
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
pub const MAX_REPLY_BYTES: usize = 4 * 1024 * 1024;

/// How much has come since it was last renewed.
#[derive(Debug, Default)]
pub(super) struct ReplyLimit(AtomicUsize);

impl ReplyLimit {
    /// Grants the whole cap again.
    pub(super) fn renew(&self) {
        self.0.store(0, Relaxed);
    }

    fn check(&self) -> io::Result<()> {
        if self.0.load(Relaxed) < MAX_REPLY_BYTES {
            return Ok(());
        }
        Err(io::Error::other(format!(
            "the member sent more than {MAX_REPLY_BYTES} bytes for one reply"
        )))
    }

    fn spend(&self, bytes: usize) {
        self.0.fetch_add(bytes, Relaxed);
    }
}

/// A stream whose reading side is held to an allowance.
pub(super) struct Metered<S> {
    stream: S,
    reply_limit: Arc<ReplyLimit>,
}

impl<S> Metered<S> {
    pub(super) fn new(stream: S, reply_limit: Arc<ReplyLimit>) -> Self {
        Self { stream, reply_limit }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Metered<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.reply_limit.check()?;
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        self.reply_limit.spend(buffer.filled().len().saturating_sub(before));
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
        let reply_limit = Arc::new(ReplyLimit::default());
        let mut endless = Metered::new(tokio::io::repeat(7), Arc::clone(&reply_limit));
        let mut heard = Vec::new();
        assert!(endless.read_to_end(&mut heard).await.is_err());
        assert!((MAX_REPLY_BYTES..2 * MAX_REPLY_BYTES).contains(&heard.len()));

        reply_limit.renew();
        let mut one = [0; 1024];
        assert!(endless.read_exact(&mut one).await.is_ok());
    }
}
