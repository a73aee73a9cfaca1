//! What goes to a process's standard input, piece by piece, so that reading never waits for writing.

use std::collections::VecDeque;

use tokio::sync::mpsc;

/// The queue before a standard input.
#[derive(Debug)]
pub(crate) struct StdinWriter {
    sender: Option<mpsc::Sender<Vec<u8>>>,
    queue: VecDeque<Vec<u8>>,
    last: bool,
}

impl StdinWriter {
    const PIECE: usize = 32 * 1024;

    pub(crate) fn new(sender: mpsc::Sender<Vec<u8>>) -> Self {
        Self { sender: Some(sender), queue: VecDeque::new(), last: false }
    }

    /// Queues bytes; more may follow.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.queue.extend(bytes.chunks(Self::PIECE).map(<[u8]>::to_vec));
    }

    /// Nothing more will be pushed: end of file follows what is queued.
    pub(crate) fn close(&mut self) {
        self.last = true;
        self.close_if_done();
    }

    /// Whether [`StdinWriter::send`] has something to send.
    pub(crate) fn has_work(&self) -> bool {
        self.sender.is_some() && !self.queue.is_empty()
    }

    /// Sends one piece. May be cancelled at any time without losing one.
    pub(crate) async fn send(&mut self) {
        let Some(sender) = &self.sender else { return };
        if let Ok(permit) = sender.reserve().await {
            if let Some(piece) = self.queue.pop_front() {
                permit.send(piece);
            }
        } else {
            // The process does not read any more; its status will say why.
            self.queue.clear();
        }
        self.close_if_done();
    }

    fn close_if_done(&mut self) {
        if self.last && self.queue.is_empty() {
            self.sender = None;
        }
    }
}
