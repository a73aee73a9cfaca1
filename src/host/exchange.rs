//! One conversation with a process on a host: prompt, begin marker, input, answer, end.
//!
//! Reading and writing are interleaved, because a process that is not read stops reading. The input
//! is sent only after the script has said that it began: before that, somebody else may be reading.

use tokio::sync::mpsc;

use super::{
    capture::Capture,
    feed::Feed,
    frame::Frame,
    sudo::{Heard, Login},
    transport::{Chunk, Process, Status},
};

/// Everything that is known of a conversation, also when it is given up in the middle.
#[derive(Debug)]
pub(crate) struct Exchange {
    output: mpsc::Receiver<Chunk>,
    feed: Feed,
    input: Vec<u8>,
    login: Option<Login>,
    pub(crate) stdout: Frame,
    pub(crate) stderr: Capture,
    pub(crate) status: Option<Status>,
}

/// Why a conversation is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Over {
    /// The process's streams are closed.
    Closed,
    /// sudo did not accept the password; nothing more may be sent.
    PasswordRefused,
}

impl Exchange {
    pub(crate) fn new(
        process: Process,
        stdout: Frame,
        input: Vec<u8>,
        login: Option<Login>,
    ) -> Self {
        let mut feed = Feed::new(process.stdin);
        if input.is_empty() && login.is_none() {
            feed.close();
        }
        let stderr = Capture::default();
        Self { output: process.output, feed, input, login, stdout, stderr, status: None }
    }

    /// Listens and answers until the process is over.
    pub(crate) async fn run(&mut self) -> Over {
        loop {
            tokio::select! {
                chunk = self.output.recv() => match chunk {
                    None => return Over::Closed,
                    Some(Chunk::Stdout(bytes)) => self.hear_stdout(&bytes),
                    Some(Chunk::Stderr(bytes)) => {
                        if self.hear_stderr(&bytes) == Over::PasswordRefused {
                            return Over::PasswordRefused;
                        }
                    }
                    // The first status counts; output may still follow it.
                    Some(Chunk::Exit(status)) => _ = self.status.get_or_insert(status),
                },
                () = self.feed.send(), if self.feed.has_work() => {}
            }
        }
    }

    fn hear_stdout(&mut self, bytes: &[u8]) {
        let begun = self.stdout.has_begun();
        self.stdout.push(bytes);
        if !begun && self.stdout.has_begun() {
            // sudo is through: whatever looks like its prompt from now on is not.
            self.login = None;
            self.feed.push(&self.input);
            self.feed.close();
        }
    }

    fn hear_stderr(&mut self, bytes: &[u8]) -> Over {
        self.stderr.push(bytes);
        match self.login.as_mut().map_or(Heard::Nothing, |login| login.hear(bytes)) {
            Heard::Nothing => {}
            Heard::Asked(password) => {
                self.feed.push(password.expose().as_bytes());
                self.feed.push(b"\n");
            }
            Heard::Refused => return Over::PasswordRefused,
        }
        Over::Closed
    }
}
