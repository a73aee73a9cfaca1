//! The conversation with the process that holds the lease on its host.

use tokio::time::timeout;

use super::{LeaseError, Owner, SILENCE, error::Holder};
use crate::host::{
    Host,
    call_error::{CallError, Lost},
    sanitise::sanitise_line,
    script::LEASE,
    transport::{Chunk, Process},
};

/// The holder waits that long for a change of another run that is under way.
const ENTRY: std::time::Duration = std::time::Duration::from_secs(40);
/// No line of a holder is longer.
const LINE: usize = 4096;

/// A process that holds the lease.
pub(super) struct Held {
    process: Process,
    unread: Vec<u8>,
}

impl Held {
    /// Asks the host; returns once the lease is ours.
    pub(super) async fn take(host: &Host, owner: &Owner) -> Result<Self, LeaseError> {
        let failed = |source| LeaseError::Call { host: host.name().clone(), source };
        let silence = SILENCE.as_secs().to_string();
        let doing = "taking the lease";
        let arguments = [host.run_dir(), &owner.run, &silence];
        let process = host.open(doing, LEASE.text, &arguments).await.map_err(failed)?;
        let mut held = Self { process, unread: Vec::new() };
        held.send(format!("{}\n", owner.words)).await;
        let lost = || {
            let (host, doing) = (host.name().clone(), doing.to_owned());
            failed(CallError::Unknown { host, doing, why: Lost::Connection })
        };
        let answer = timeout(ENTRY, held.line()).await.ok().flatten().ok_or_else(lost)?;
        match answer.as_str() {
            "ours" => Ok(held),
            "held" => {
                let run = held.line().await.unwrap_or_else(|| "without a name".to_owned());
                let words = held.line().await.unwrap_or_else(|| "it has just begun".to_owned());
                let holder = Holder { run, words };
                Err(LeaseError::Held { host: host.name().clone(), holder })
            }
            "unsafe" => {
                let directory = host.run_dir().to_owned();
                Err(LeaseError::Unsafe { host: host.name().clone(), directory })
            }
            _ => Err(lost()),
        }
    }

    /// Says that we are there. A process that is gone is noticed by [`Held::line`].
    pub(super) async fn beat(&self) {
        self.send("\n".to_owned()).await;
    }

    /// Lets go and waits until the process has cleaned up and ended.
    pub(super) async fn release(mut self) {
        self.send("x".to_owned()).await;
        while self.line().await.is_some() {}
    }

    /// The next line, or `None` when the process has ended or its connection has.
    pub(super) async fn line(&mut self) -> Option<String> {
        loop {
            if let Some(at) = self.unread.iter().position(|&byte| byte == b'\n') {
                let line: Vec<u8> = self.unread.drain(..=at).collect();
                return Some(sanitise_line(line.trim_ascii_end()));
            }
            match self.process.output.recv().await? {
                Chunk::Stdout(bytes) if self.unread.len() < LINE => self.unread.extend(bytes),
                Chunk::Stdout(_) | Chunk::Stderr(_) => {}
                Chunk::Exit(_) => return None,
            }
        }
    }

    async fn send(&self, text: String) {
        let _ = self.process.stdin.send(text.into_bytes()).await;
    }
}
