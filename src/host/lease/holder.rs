//! The conversation with the process that holds the lease on its host.

use std::time::Duration;

use tokio::time::timeout;

use super::{LeaseError, Owner, SILENCE, error::Holder};
use crate::{
    host::{
        Host,
        call_error::{CallError, Lost},
        script::LEASE,
        transport::{Chunk, Process},
    },
    sanitise::sanitise_line,
};

/// The holder waits that long for a change of another run that is under way.
const ENTRY: Duration = Duration::from_secs(40);
/// No line of a holder is longer.
const LINE: usize = 4096;

/// A status may come before the last of what was printed.
const REST: Duration = Duration::from_secs(1);

/// Whether this run has held the host before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Take {
    First,
    /// Its connection broke; what is left of that on the host is ended.
    Again,
}

/// A process that holds the lease.
pub(super) struct Held {
    process: Process,
    unread: Vec<u8>,
    ended: bool,
}

impl Held {
    /// Asks the host; returns once the lease is ours.
    pub(super) async fn take(host: &Host, owner: &Owner, take: Take) -> Result<Self, LeaseError> {
        let failed = |source| LeaseError::Call { host: host.name().clone(), source };
        let silence = SILENCE.as_secs().to_string();
        let doing = "taking the lease";
        let how = match take {
            Take::First => "first",
            Take::Again => "again",
        };
        let arguments =
            [host.run_dir(), &owner.run, &silence, how, host.state_dir(), host.unit_dir()];
        let process = host.open(doing, LEASE.text, &arguments).await.map_err(failed)?;
        let mut held = Self { process, unread: Vec::new(), ended: false };
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
            "failed" => {
                let reason = held.line().await.unwrap_or_default();
                Err(LeaseError::Refused { host: host.name().clone(), reason })
            }
            _ => Err(lost()),
        }
    }

    /// Says that we are there. A process that is gone is noticed by [`Held::line`].
    pub(super) async fn heartbeat(&self) {
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
            let patience = if self.ended { REST } else { Duration::MAX };
            match timeout(patience, self.process.output.recv()).await.ok().flatten()? {
                Chunk::Stdout(bytes) if self.unread.len() < LINE => self.unread.extend(bytes),
                Chunk::Stdout(_) | Chunk::Stderr(_) => {}
                Chunk::Exit(_) => self.ended = true,
            }
        }
    }

    async fn send(&self, text: String) {
        let _ = self.process.stdin.send(text.into_bytes()).await;
    }
}
