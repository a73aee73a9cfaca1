//! One output stream, and what becomes of the run when nobody reads it any more.
//!
//! `tlsplan apply PLAN | head` closes the pipe in the middle of a run. A run that changes hosts must
//! not end for that: what cannot be printed is dropped and the run goes on.

use std::io::{self, ErrorKind, Write};

use super::clean;

/// A stream that never fails its writer.
pub(super) struct Stream {
    writer: Box<dyn Write + Send>,
    state: State,
}

enum State {
    /// Somebody reads.
    Open,
    /// The reader went away, as `head` does: not worth a word.
    Closed,
    /// The disk is full or the like: said at the end.
    Failed(io::Error),
}

impl Stream {
    /// Takes the writer over.
    pub(super) fn new(writer: impl Write + Send + 'static) -> Self {
        Self { writer: Box::new(writer), state: State::Open }
    }

    /// Writes whole lines, or a question without its line feed, and flushes.
    pub(super) fn write(&mut self, text: &str) {
        if !matches!(self.state, State::Open) {
            return;
        }
        let written = self.writer.write_all(clean::output(text).as_bytes());
        if let Err(error) = written.and_then(|()| self.writer.flush()) {
            self.state = match error.kind() {
                ErrorKind::BrokenPipe => State::Closed,
                _ => State::Failed(error),
            };
        }
    }

    /// Why something was lost, the reader going away excepted.
    pub(super) fn take_failure(&mut self) -> Option<io::Error> {
        match std::mem::replace(&mut self.state, State::Closed) {
            State::Failed(error) => Some(error),
            state => {
                self.state = state;
                None
            }
        }
    }
}
