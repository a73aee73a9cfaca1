//! Reads everything that mongosh prints until it exits.

use std::sync::Arc;

use tokio::{
    sync::{mpsc, watch},
    time::{Duration, timeout},
};

use super::{
    agent::{PendingRequests, State},
    shell_exit::{ShellExit, Tail},
    wire::{self, Lines},
};
use crate::host::transport::{Chunk, Status};

/// How long the output may go on after the status: sshd sends them in either order.
const REST: Duration = Duration::from_secs(2);

/// The reading side of an agent.
pub(super) struct OutputReader {
    output: mpsc::Receiver<Chunk>,
    announce: watch::Sender<State>,
    pending: Arc<PendingRequests>,
    lines: Lines,
    stderr: Tail,
    ready: bool,
}

impl OutputReader {
    pub(super) fn new(
        output: mpsc::Receiver<Chunk>,
        announce: watch::Sender<State>,
        pending: Arc<PendingRequests>,
    ) -> Self {
        let (lines, stderr) = (Lines::default(), Tail::default());
        Self { output, announce, pending, lines, stderr, ready: false }
    }

    /// Reads until the process is over, then tells everybody.
    pub(super) async fn run(mut self) {
        let ended = self.listen().await;
        self.announce.send_replace(State::Ended(ended));
        self.pending.abandon();
    }

    async fn listen(&mut self) -> ShellExit {
        while let Some(chunk) = self.output.recv().await {
            match chunk {
                Chunk::Exit(status) => return self.last_words(&status).await,
                other => {
                    if let Err(ended) = self.hear(other) {
                        return ended;
                    }
                }
            }
        }
        ShellExit::lost()
    }

    fn hear(&mut self, chunk: Chunk) -> Result<(), ShellExit> {
        match chunk {
            Chunk::Stdout(piece) => {
                let lines = self.lines.push(&piece).map_err(|long| ShellExit::given_up(&long))?;
                for reply in lines.iter().filter_map(|line| wire::parse_reply(line)) {
                    if reply.ready == Some(true) {
                        self.ready = true;
                        self.announce.send_replace(State::Ready);
                    }
                    self.pending.deliver(reply);
                }
            }
            Chunk::Stderr(piece) => self.stderr.push(&piece),
            Chunk::Exit(_) => (),
        }
        Ok(())
    }

    async fn last_words(&mut self, status: &Status) -> ShellExit {
        let rest = async {
            while let Some(chunk) = self.output.recv().await {
                if self.hear(chunk).is_err() {
                    break;
                }
            }
        };
        timeout(REST, rest).await.ok();
        ShellExit::from_status(status, &self.stderr, self.ready)
    }
}
