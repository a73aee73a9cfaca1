//! A transport to this machine itself: a local shell and local ports.

use std::process::Stdio;

use tlsplan::host::transport::{
    Chunk, Pending, Process, Status, Stream, Transport, TransportError,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    process::Command,
    sync::mpsc,
};

pub(crate) struct Local;

impl Transport for Local {
    fn spawn<'a>(&'a self, command: &'a str) -> Pending<'a, Result<Process, TransportError>> {
        Box::pin(async move { Ok(start(Command::new("sh").arg("-c").arg(command))) })
    }

    fn dial<'a>(
        &'a self,
        address: &'a str,
        port: u16,
    ) -> Pending<'a, Result<Box<dyn Stream>, TransportError>> {
        Box::pin(async move {
            let refused =
                |source: std::io::Error| TransportError::Refused { port, source: source.into() };
            let stream = TcpStream::connect((address, port)).await.map_err(refused)?;
            stream.set_nodelay(true).map_err(refused)?;
            Ok(Box::new(stream) as Box<dyn Stream>)
        })
    }

    fn is_lost(&self) -> bool {
        false
    }
}

/// Runs a command as a transport would.
pub(crate) fn start(command: &mut Command) -> Process {
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.kill_on_drop(true).spawn().unwrap();
    let (stdin, mut input) = mpsc::channel::<Vec<u8>>(16);
    let (sender, output) = mpsc::channel(16);
    let mut pipe = child.stdin.take().unwrap();
    let out = pump(child.stdout.take().unwrap(), sender.clone(), Chunk::Stdout);
    let err = pump(child.stderr.take().unwrap(), sender.clone(), Chunk::Stderr);
    tokio::spawn(async move {
        while let Some(bytes) = input.recv().await {
            if pipe.write_all(&bytes).await.is_err() {
                break;
            }
        }
    });
    tokio::spawn(async move {
        let ended = async {
            tokio::join!(out, err);
            child.wait().await.unwrap()
        };
        tokio::select! {
            status = ended => {
                let status = u32::try_from(status.code().unwrap_or(255)).unwrap();
                sender.send(Chunk::Exit(Status::Exited(status))).await.ok();
            }
            () = sender.closed() => {}
        }
    });
    Process { stdin, output }
}

async fn pump(
    mut pipe: impl AsyncRead + Unpin,
    sender: mpsc::Sender<Chunk>,
    wrap: fn(Vec<u8>) -> Chunk,
) {
    let mut bytes = [0; 8192];
    while let Ok(count @ 1..) = pipe.read(&mut bytes).await {
        if sender.send(wrap(bytes[..count].to_vec())).await.is_err() {
            break;
        }
    }
}
