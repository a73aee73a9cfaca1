//! A process that keeps running as root, behind sudo, with its streams handed to the caller.
//!
//! The same begin marker as for a call tells when sudo is through, so that nothing of ours is ever
//! read by sudo and the password is never read by the process.

use std::{error::Error, time::Duration};

use tokio::{sync::mpsc, time::timeout};

use super::{
    Host,
    call_error::{CallError, Lost},
    capture::Capture,
    frame::find,
    quote::quote,
    sudo::{Login, PROMPT, PromptEvent, SudoError},
    transport::{Chunk, Pending, Process, Status},
};
use crate::sanitise::sanitise_line;

/// How long root may take to be had.
const PATIENCE: Duration = Duration::from_secs(20);
/// Says that sudo is through, and drops its own argument.
const BEGIN: &str = "printf '\\n%s-BEGIN\\n' \"$1\"; shift\n";
/// What may come before the marker and is kept: logins greet.
const NOISE: usize = 64 * 1024;

/// A process whose streams are still between us and sudo.
struct Opening {
    process: Process,
    marker: Vec<u8>,
    login: Option<Login>,
    heard: Vec<u8>,
    stderr: Capture,
}

impl Host {
    /// Starts a constant script as root and returns when it runs.
    pub async fn open(
        &self,
        doing: &str,
        script: &'static str,
        arguments: &[&str],
    ) -> Result<Process, CallError> {
        let nonce = format!("{:032x}", rand::random::<u128>());
        let prompt = format!("{PROMPT}{nonce}: ");
        let text = [BEGIN, script].concat();
        let words = ["/bin/sh", "-c", &text, "tlsplan", &nonce];
        let (host, doing) = (self.name().clone(), doing.to_owned());
        let line = words
            .iter()
            .chain(arguments)
            .map(|word| quote(word))
            .collect::<Result<Vec<_>, _>>()
            .and_then(|words| self.root_line(&prompt, words));
        let line = line.map_err(|source| CallError::Argument {
            host: host.clone(),
            doing: doing.clone(),
            source,
        })?;
        let process = self.transport().spawn(&line).await.map_err(|source| CallError::NotSent {
            host: host.clone(),
            doing: doing.clone(),
            source,
        })?;
        let login = self.login(&prompt);
        let marker = format!("{nonce}-BEGIN\n").into_bytes();
        let (heard, stderr) = (Vec::new(), Capture::default());
        let mut opening = Opening { process, marker, login, heard, stderr };
        match timeout(PATIENCE, opening.wait()).await {
            Ok(Ok(())) => Ok(opening.forward()),
            Ok(Err(error)) => Err(error.into_call(host, doing)),
            Err(_) => {
                let said = String::new();
                let why = Lost::Deadline { after: PATIENCE, said };
                Err(CallError::Unknown { host, doing, why })
            }
        }
    }
}

/// Why a process did not begin.
enum NotBegun {
    Sudo(SudoError),
    Ended { status: u32, said: String },
    Lost,
}

impl NotBegun {
    fn into_call(self, host: crate::name::HostName, doing: String) -> CallError {
        match self {
            Self::Sudo(source) => CallError::Sudo { host, doing, source },
            Self::Ended { status, said } => CallError::Login { host, doing, status, said },
            Self::Lost => CallError::Unknown { host, doing, why: Lost::Connection },
        }
    }
}

impl Opening {
    /// Listens until the marker has come; what follows it is left in `heard`.
    async fn wait(&mut self) -> Result<(), NotBegun> {
        while let Some(chunk) = self.process.output.recv().await {
            match chunk {
                Chunk::Stdout(bytes) => {
                    self.heard.extend_from_slice(&bytes);
                    if let Some(at) = find(&self.heard, &self.marker) {
                        self.heard.drain(..at + self.marker.len());
                        return Ok(());
                    }
                    let surplus = self.heard.len().saturating_sub(NOISE);
                    self.heard.drain(..surplus);
                }
                Chunk::Stderr(bytes) => self.hear(&bytes).await?,
                Chunk::Exit(status) => return Err(self.ended(&status)),
            }
        }
        Err(NotBegun::Lost)
    }

    async fn hear(&mut self, bytes: &[u8]) -> Result<(), NotBegun> {
        self.stderr.push(bytes);
        match self.login.as_mut().map_or(PromptEvent::None, |login| login.read(bytes)) {
            PromptEvent::None => Ok(()),
            PromptEvent::PasswordRequested(password) => {
                let line = [password.expose().as_bytes(), b"\n"].concat();
                self.process.stdin.send(line).await.map_err(|_| NotBegun::Lost)
            }
            PromptEvent::PasswordRejected => {
                let said = sanitise_line(&self.stderr.bytes());
                Err(NotBegun::Sudo(SudoError::WrongPassword { said }))
            }
        }
    }

    fn ended(&self, status: &Status) -> NotBegun {
        let stderr = self.stderr.bytes();
        match (SudoError::classify(&stderr), status) {
            (Some(error), _) => NotBegun::Sudo(error),
            (None, Status::Exited(status)) => {
                NotBegun::Ended { status: *status, said: sanitise_line(&stderr) }
            }
            (None, Status::Signalled(_)) => NotBegun::Lost,
        }
    }

    /// The process as its owner shall see it: from the marker on.
    fn forward(self) -> Process {
        let Self { process: Process { stdin, mut output }, heard, .. } = self;
        let (sender, receiver) = mpsc::channel(64);
        tokio::spawn(async move {
            let mut next = Some(Chunk::Stdout(heard));
            while let Some(chunk) = next {
                // An owner that is gone ends the process: its streams are dropped with this task.
                if sender.send(chunk).await.is_err() {
                    break;
                }
                next = output.recv().await;
            }
        });
        Process { stdin, output: receiver }
    }
}

/// Starts a process as root that stays, for a caller that speaks with it over its streams.
pub trait InteractiveHost: Send + Sync {
    /// Runs a constant script as root with these arguments. The streams are the script's own: sudo has
    /// been answered when this returns. `doing` is for the error message.
    fn start_interactive<'a>(
        &'a self,
        doing: &'a str,
        script: &'static str,
        arguments: [&'a str; 2],
    ) -> Pending<'a, Result<Process, Box<dyn Error + Send + Sync>>>;
}

impl InteractiveHost for Host {
    fn start_interactive<'a>(
        &'a self,
        doing: &'a str,
        script: &'static str,
        arguments: [&'a str; 2],
    ) -> Pending<'a, Result<Process, Box<dyn Error + Send + Sync>>> {
        Box::pin(async move { self.open(doing, script, &arguments).await.map_err(Into::into) })
    }
}
