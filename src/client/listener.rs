//! Everything that mongosh prints, read as it comes until the end.

use std::sync::Arc;

use tokio::{
    sync::{mpsc, watch},
    time::{Duration, timeout},
};

use super::{
    agent::{State, Waiting},
    ended::{Ended, Tail},
    wire::{self, Lines},
};
use crate::host::transport::{Chunk, Status};

/// How long the output may go on after the status: sshd sends them in either order.
const REST: Duration = Duration::from_secs(2);

/// The reading side of an agent.
pub(super) struct Listener {
    output: mpsc::Receiver<Chunk>,
    announce: watch::Sender<State>,
    waiting: Arc<Waiting>,
    lines: Lines,
    stderr: Tail,
    ready: bool,
}

impl Listener {
    pub(super) fn new(
        output: mpsc::Receiver<Chunk>,
        announce: watch::Sender<State>,
        waiting: Arc<Waiting>,
    ) -> Self {
        let (lines, stderr) = (Lines::default(), Tail::default());
        Self { output, announce, waiting, lines, stderr, ready: false }
    }

    /// Reads until the process is over, then tells everybody.
    pub(super) async fn run(mut self) {
        let ended = self.listen().await;
        self.announce.send_replace(State::Ended(ended));
        self.waiting.abandon();
    }

    async fn listen(&mut self) -> Ended {
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
        Ended::lost()
    }

    fn hear(&mut self, chunk: Chunk) -> Result<(), Ended> {
        match chunk {
            Chunk::Stdout(piece) => {
                let lines = self.lines.push(&piece).map_err(|long| Ended::given_up(&long))?;
                for said in lines.iter().filter_map(|line| wire::said(line)) {
                    if said.ready == Some(true) {
                        self.ready = true;
                        self.announce.send_replace(State::Ready);
                    }
                    self.waiting.deliver(said);
                }
            }
            Chunk::Stderr(piece) => self.stderr.push(&piece),
            Chunk::Exit(_) => (),
        }
        Ok(())
    }

    async fn last_words(&mut self, status: &Status) -> Ended {
        let rest = async {
            while let Some(chunk) = self.output.recv().await {
                if self.hear(chunk).is_err() {
                    break;
                }
            }
        };
        timeout(REST, rest).await.ok();
        Ended::by(status, &self.stderr, self.ready)
    }
}
