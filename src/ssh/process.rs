//! The life of one process on the host: one task that never stops reading while it writes.
//!
//! Writing everything before reading deadlocks as soon as the process stops reading or echoes, and a
//! channel that is not read stalls every other one on the connection. So both directions run in one
//! loop, and output that is not taken ends its process after [`Limits::unread`].

use std::{sync::Arc, time::Duration};

use russh::{ChannelMsg, ChannelReadHalf, ChannelWriteHalf, Sig, client::Msg};
use tokio::{
    pin, select,
    sync::{OwnedSemaphorePermit, mpsc},
    time::timeout,
};

use super::{handshake::Connection, limits::Limits};
use crate::host::transport::{Chunk, Process, Status};

/// How many chunks of up to 32 KiB wait for a reader.
const WAITING: usize = 64;

/// The type by which SSH marks standard error.
const STDERR: u32 = 1;

/// What a process keeps until it has ended on the host.
pub(super) struct Held {
    #[expect(dead_code, reason = "it is held to be dropped")]
    pub(super) slot: OwnedSemaphorePermit,
    #[expect(dead_code, reason = "it is held to be dropped")]
    pub(super) connection: Arc<Connection>,
}

/// How the loop came to its end.
enum End {
    /// The channel closed: the process is over or the connection is.
    Closed,
    /// The caller dropped the process, or does not read it.
    Abandoned,
}

struct Pump {
    read: ChannelReadHalf,
    write: ChannelWriteHalf<Msg>,
    output: mpsc::Sender<Chunk>,
    exited: bool,
    limits: Limits,
    _held: Held,
}

/// Hands a started process over; `first` is what the host sent before it confirmed the start.
pub(super) fn attach(
    read: ChannelReadHalf,
    write: ChannelWriteHalf<Msg>,
    first: Option<ChannelMsg>,
    held: Held,
    limits: &Limits,
) -> Process {
    let (output, receiver) = mpsc::channel(WAITING);
    let (stdin, chunks) = mpsc::channel(4);
    let pump = Pump { read, write, output, exited: false, limits: limits.clone(), _held: held };
    tokio::spawn(pump.run(first, chunks));
    Process { stdin, output: receiver }
}

impl Pump {
    async fn run(mut self, first: Option<ChannelMsg>, stdin: mpsc::Receiver<Vec<u8>>) {
        match self.carry(first, stdin).await {
            End::Closed => {}
            End::Abandoned => self.end().await,
        }
    }

    /// Carries both directions until the channel closes or the caller is gone.
    async fn carry(&mut self, first: Option<ChannelMsg>, stdin: mpsc::Receiver<Vec<u8>>) -> End {
        let feeding = feed(&self.write, stdin);
        pin!(feeding);
        let (mut fed, mut held) = (false, None);
        let mut next = first;
        loop {
            // What the host sent becomes a chunk before anything more is read.
            if let Some(message) = next.take() {
                match translate(message, &mut self.exited) {
                    Piece::Chunk(chunk) => held = Some(chunk),
                    Piece::Nothing => {}
                    Piece::Closed => return End::Closed,
                }
            }
            select! {
                () = &mut feeding, if !fed => fed = true,
                () = self.output.closed() => return End::Abandoned,
                room = timeout(self.limits.unread, self.output.reserve()), if held.is_some() => {
                    match (room, held.take()) {
                        (Ok(Ok(room)), Some(chunk)) => room.send(chunk),
                        _ => return End::Abandoned,
                    }
                }
                message = self.read.wait(), if held.is_none() => match message {
                    Some(message) => next = Some(message),
                    None => return End::Closed,
                },
            }
        }
    }

    /// Ends a process that was dropped, and holds its slot until the host has released it.
    ///
    /// Closing the channel ends neither the process nor the session on the host. The end of standard
    /// input ends what waits for it, and signals end the rest; except that sshd passes none on in a
    /// session of root's own, so there a command has to watch its standard input.
    async fn end(mut self) {
        let close_timeout = self.limits.close_timeout;
        // A caller that still listens learns at once that the outcome will not be known.
        let (output, _) = mpsc::channel(1);
        self.output = output;
        if !self.exited {
            let _ = timeout(close_timeout, self.write.eof()).await;
            for signal in [Sig::TERM, Sig::KILL] {
                let _ = timeout(close_timeout, self.write.signal(signal)).await;
                if self.drain(close_timeout).await {
                    return;
                }
            }
        }
        let _ = timeout(close_timeout, self.write.close()).await;
        self.drain(close_timeout).await;
    }

    /// Reads on without keeping anything; true when the channel has closed.
    async fn drain(&mut self, limit: Duration) -> bool {
        let closed = async { while self.read.wait().await.is_some() {} };
        timeout(limit, closed).await.is_ok()
    }
}

/// Sends standard input as it comes, then the end of it; stops when the connection does.
async fn feed(write: &ChannelWriteHalf<Msg>, mut stdin: mpsc::Receiver<Vec<u8>>) {
    while let Some(chunk) = stdin.recv().await {
        if write.data_bytes(chunk).await.is_err() {
            return;
        }
    }
    // An error means that the channel is gone, which the reading side reports.
    let _ = write.eof().await;
}

enum Piece {
    Chunk(Chunk),
    Nothing,
    Closed,
}

fn translate(message: ChannelMsg, exited: &mut bool) -> Piece {
    let status = match message {
        ChannelMsg::Data { data } => return Piece::Chunk(Chunk::Stdout(data.to_vec())),
        ChannelMsg::ExtendedData { data, ext: STDERR } => {
            return Piece::Chunk(Chunk::Stderr(data.to_vec()));
        }
        // A late refusal of the command: that it ran is not known, and neither is the contrary.
        ChannelMsg::Close | ChannelMsg::Failure => return Piece::Closed,
        ChannelMsg::ExitStatus { exit_status } => Status::Exited(exit_status),
        ChannelMsg::ExitSignal { signal_name, .. } => Status::Signalled(name(&signal_name)),
        _ => return Piece::Nothing,
    };
    // The first status counts; a host that sends two is not to be believed twice.
    if std::mem::replace(exited, true) { Piece::Nothing } else { Piece::Chunk(Chunk::Exit(status)) }
}

fn name(signal: &Sig) -> String {
    match signal {
        Sig::Custom(name) => name.chars().take(64).collect(),
        known => format!("{known:?}"),
    }
}
