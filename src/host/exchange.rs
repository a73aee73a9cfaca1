//! One conversation with a process on a host: prompt, begin marker, input, answer, end.
//!
//! Reading and writing are interleaved, because a process that is not read stops reading. The input
//! is sent only after the script has said that it began: before that, another process may be reading.

use tokio::sync::mpsc;

use super::{
    capture::Capture,
    frame::Frame,
    stdin_writer::StdinWriter,
    sudo::{Login, PromptEvent},
    transport::{Chunk, Process, Status},
};

/// Everything that is known of a conversation, also when it is given up in the middle.
#[derive(Debug)]
pub(crate) struct Exchange {
    output: mpsc::Receiver<Chunk>,
    stdin: StdinWriter,
    input: Vec<u8>,
    login: Option<Login>,
    pub(crate) stdout: Frame,
    pub(crate) stderr: Capture,
    pub(crate) status: Option<Status>,
}

/// Why a conversation is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExchangeEnd {
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
        let mut stdin = StdinWriter::new(process.stdin);
        if input.is_empty() && login.is_none() {
            stdin.close();
        }
        let stderr = Capture::default();
        Self { output: process.output, stdin, input, login, stdout, stderr, status: None }
    }

    /// Listens and answers until the process is over.
    pub(crate) async fn run(&mut self) -> ExchangeEnd {
        loop {
            tokio::select! {
                chunk = self.output.recv() => match chunk {
                    None => return ExchangeEnd::Closed,
                    Some(Chunk::Stdout(bytes)) => self.hear_stdout(&bytes),
                    Some(Chunk::Stderr(bytes)) => {
                        if self.hear_stderr(&bytes) == ExchangeEnd::PasswordRefused {
                            return ExchangeEnd::PasswordRefused;
                        }
                    }
                    // The first status counts; output may still follow it.
                    Some(Chunk::Exit(status)) => _ = self.status.get_or_insert(status),
                },
                () = self.stdin.send(), if self.stdin.has_work() => {}
            }
        }
    }

    fn hear_stdout(&mut self, bytes: &[u8]) {
        let begun = self.stdout.has_begun();
        self.stdout.push(bytes);
        if !begun && self.stdout.has_begun() {
            // sudo is through: whatever looks like its prompt from now on is not.
            self.login = None;
            self.stdin.push(&self.input);
            self.stdin.close();
        }
    }

    fn hear_stderr(&mut self, bytes: &[u8]) -> ExchangeEnd {
        self.stderr.push(bytes);
        match self.login.as_mut().map_or(PromptEvent::None, |login| login.read(bytes)) {
            PromptEvent::None => {}
            PromptEvent::PasswordRequested(password) => {
                self.stdin.push(password.expose().as_bytes());
                self.stdin.push(b"\n");
            }
            PromptEvent::PasswordRejected => return ExchangeEnd::PasswordRefused,
        }
        ExchangeEnd::Closed
    }
}
