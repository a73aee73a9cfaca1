//! One authenticated connection as a transport.

use std::{error::Error, sync::Arc, time::Duration};

use russh::{
    Channel, ChannelMsg, ChannelOpenFailure,
    client::{Handle, Msg},
};
use tokio::{
    sync::{Mutex, Semaphore},
    time::{Instant, sleep, timeout, timeout_at},
};

use super::{
    forwarded_stream::ForwardedStream,
    handler::Client,
    handshake::Connection,
    known_hosts::Warning,
    limits::Limits,
    process::{self, Held},
};
use crate::host::transport::{Pending, Process, Stream, Transport, TransportError};

/// How many processes may run at once.
///
/// sshd allows ten sessions on a connection and counts one until some time after the client has
/// seen its end, so four short commands at a time are what is never refused; two more are for those
/// that stay, the lease and mongosh.
const SLOTS: usize = 6;

/// One connection to one host. It is never repaired: see [`super::Link`].
#[derive(Clone)]
pub struct Session {
    connection: Arc<Connection>,
    slots: Arc<Semaphore>,
    opening: Arc<Mutex<()>>,
    limits: Limits,
}

/// Why nothing was started although the connection may be fine.
#[derive(Debug, thiserror::Error)]
enum NotStarted {
    #[error("all sessions on the connection were taken for {}s", .0.as_secs_f64())]
    NoSlot(Duration),
    #[error("the host did not open a channel within {}s", .0.as_secs_f64())]
    NoAnswer(Duration),
    #[error("the host refuses to run commands")]
    Refused,
}

/// Why the host did not connect to a port.
#[derive(Debug, thiserror::Error)]
enum NotDialled {
    #[error("nothing answers there")]
    Nothing,
    #[error("its sshd forbids it (`AllowTcpForwarding`, `PermitOpen` or `DisableForwarding`)")]
    Forbidden,
    #[error("the host did not answer within {}s", .0.as_secs_f64())]
    NoAnswer(Duration),
}

impl Session {
    pub(super) fn new(connection: Connection, limits: &Limits) -> Self {
        Self {
            connection: Arc::new(connection),
            slots: Arc::new(Semaphore::new(SLOTS)),
            opening: Arc::default(),
            limits: limits.clone(),
        }
    }

    /// The lines of the known hosts that were not understood: worth telling a person about.
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        self.connection.known.warnings()
    }

    /// What the host said before the login, at most 8 KiB of it; not to be printed as it is.
    #[must_use]
    pub fn banner(&self) -> String {
        self.connection.words.banner()
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    fn handle(&self) -> &Handle<Client> {
        &self.connection.handle
    }

    async fn start(self, command: String) -> Result<Process, TransportError> {
        let queue = self.limits.queue;
        let deadline = Instant::now() + queue;
        let slot = match timeout_at(deadline, Arc::clone(&self.slots).acquire_owned()).await {
            Ok(slot) => slot.map_err(not_sent)?,
            Err(_) => return Err(not_sent(NotStarted::NoSlot(queue))),
        };
        let channel = match timeout_at(deadline, self.open()).await {
            Ok(channel) => channel?,
            Err(_) => return Err(not_sent(NotStarted::NoSlot(queue))),
        };
        channel.exec(true, command).await.map_err(not_sent)?;
        let (mut read, write) = channel.split();
        // From here on the command may be running: only the host's own refusal is "not sent".
        let answer = async {
            loop {
                match read.wait().await {
                    Some(ChannelMsg::WindowAdjusted { .. }) => {}
                    other => return other,
                }
            }
        };
        let first = match timeout(self.limits.answer, answer).await {
            Ok(Some(ChannelMsg::Failure)) => return Err(not_sent(NotStarted::Refused)),
            Ok(Some(ChannelMsg::Success) | None) | Err(_) => None,
            Ok(other) => other,
        };
        let held = Held { slot, connection: self.connection };
        Ok(process::attach(read, write, first, held, &self.limits))
    }

    /// Opens a channel, asking again while the host has all its sessions taken.
    ///
    /// One asks at a time, in the order of coming: where several ask again and again, the last to
    /// come takes what becomes free and another one starves.
    async fn open(&self) -> Result<Channel<Msg>, TransportError> {
        let _turn = self.opening.lock().await;
        let mut pause = Duration::from_millis(10);
        loop {
            match timeout(self.limits.answer, self.handle().channel_open_session()).await {
                Ok(Ok(channel)) => return Ok(channel),
                Ok(Err(error)) if is_full(&error) => {
                    // sshd does not say when a session of ours has ended on its side.
                    sleep(pause).await;
                    pause = (pause * 2).min(Duration::from_millis(200));
                }
                Ok(Err(error)) => return Err(not_sent(error)),
                Err(_) => return Err(not_sent(NotStarted::NoAnswer(self.limits.answer))),
            }
        }
    }

    async fn connect_to(
        &self,
        address: &str,
        port: u16,
    ) -> Result<Box<dyn Stream>, TransportError> {
        let open =
            self.handle().channel_open_direct_tcpip(address, u32::from(port), "127.0.0.1", 0);
        let refused = |reason: NotDialled| TransportError::Refused { port, source: reason.into() };
        match timeout(self.limits.answer, open).await {
            Ok(Ok(channel)) => Ok(Box::new(ForwardedStream::new(
                channel.into_stream(),
                Arc::clone(&self.connection),
            ))),
            Ok(Err(russh::Error::ChannelOpenFailure(
                ChannelOpenFailure::AdministrativelyProhibited,
            ))) => Err(refused(NotDialled::Forbidden)),
            Ok(Err(russh::Error::ChannelOpenFailure(_))) => Err(refused(NotDialled::Nothing)),
            Ok(Err(error)) => Err(not_sent(error)),
            Err(_) => Err(refused(NotDialled::NoAnswer(self.limits.answer))),
        }
    }
}

impl Transport for Session {
    fn spawn<'a>(&'a self, command: &'a str) -> Pending<'a, Result<Process, TransportError>> {
        // In a task of its own, so that a caller who stops waiting does not leave a process behind:
        // the task comes to its end, drops the process, and that ends it on the host.
        let start = tokio::spawn(self.clone().start(command.to_owned()));
        Box::pin(async move { start.await.map_err(not_sent)? })
    }

    fn dial<'a>(
        &'a self,
        address: &'a str,
        port: u16,
    ) -> Pending<'a, Result<Box<dyn Stream>, TransportError>> {
        Box::pin(self.connect_to(address, port))
    }

    fn is_lost(&self) -> bool {
        self.handle().is_closed()
    }
}

fn not_sent(error: impl Error + Send + Sync + 'static) -> TransportError {
    TransportError::NotSent(Box::new(error))
}

fn is_full(error: &russh::Error) -> bool {
    use ChannelOpenFailure::{ConnectFailed, ResourceShortage};
    matches!(error, russh::Error::ChannelOpenFailure(ConnectFailed | ResourceShortage))
}
