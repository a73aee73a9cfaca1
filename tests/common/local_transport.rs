//! A transport that runs command lines with a local shell: the scripts are the real ones, only the
//! way to the host is short.

use std::os::unix::process::ExitStatusExt;
use std::process::{ExitStatus, Stdio};

use tlsplan::host::transport::{
    Chunk, Pending, Process, Status, Stream, Transport, TransportError,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt},
    process::{Child, Command},
    sync::mpsc,
};

/// Runs `shell -c LINE`.
pub(crate) struct LocalTransport {
    /// The login shell and its arguments before the line.
    pub(crate) login: Vec<String>,
    /// How the connection breaks, if it does.
    pub(crate) fault: Fault,
}

/// A fault of the way to the host.
#[derive(Clone, Copy, Default)]
pub(crate) enum Fault {
    /// None.
    #[default]
    None,
    /// The status never arrives.
    NoStatus,
    /// Of what is sent, only so many bytes arrive; then the end of file.
    CutInput(usize),
}

impl LocalTransport {
    pub(crate) fn new() -> Self {
        // A shell cannot catch what was ignored when it began, and under nohup SIGHUP is.
        Self::with_login(&["env", "--default-signal=HUP", "/bin/sh", "-c"])
    }

    pub(crate) fn with_login(login: &[&str]) -> Self {
        let login = login.iter().map(|&word| word.to_owned()).collect();
        Self { login, fault: Fault::None }
    }

    /// A host whose `/bin/sh` is bash, as on Fedora and its kin.
    pub(crate) fn with_bash_as_sh() -> Self {
        let rewrite =
            r#"exec /bin/sh -c "$(printf %s "$1" | sed "s|'/bin/sh'|/bin/bash --posix|")""#;
        Self::with_login(&["/bin/bash", "-c", rewrite, "bash"])
    }

    pub(crate) fn with_fault(fault: Fault) -> Self {
        Self { fault, ..Self::new() }
    }

    fn start(&self, line: &str) -> std::io::Result<Process> {
        let mut child = Command::new(&self.login[0])
            .args(&self.login[1..])
            .arg(line)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let (stdin, input) = mpsc::channel(4);
        let (sink, output) = mpsc::channel(16);
        feed(&mut child, input, self.fault);
        tokio::spawn(carry(child, sink, self.fault));
        Ok(Process { stdin, output })
    }
}

impl Transport for LocalTransport {
    fn spawn<'a>(&'a self, command: &'a str) -> Pending<'a, Result<Process, TransportError>> {
        let started = self.start(command);
        Box::pin(async move { started.map_err(|error| TransportError::NotSent(Box::new(error))) })
    }

    fn dial<'a>(
        &'a self,
        _address: &'a str,
        port: u16,
    ) -> Pending<'a, Result<Box<dyn Stream>, TransportError>> {
        let source = "this transport opens no ports".into();
        Box::pin(async move { Err(TransportError::Refused { port, source }) })
    }

    fn is_lost(&self) -> bool {
        false
    }
}

fn feed(child: &mut Child, mut input: mpsc::Receiver<Vec<u8>>, fault: Fault) {
    let mut stdin = child.stdin.take().unwrap();
    tokio::spawn(async move {
        let mut left = match fault {
            Fault::CutInput(bytes) => bytes,
            Fault::None | Fault::NoStatus => usize::MAX,
        };
        while let Some(bytes) = input.recv().await {
            let sent = &bytes[..bytes.len().min(left)];
            left -= sent.len();
            if stdin.write_all(sent).await.is_err() || left == 0 {
                break;
            }
        }
    });
}

/// Carries both streams and then the status, as an SSH channel does.
async fn carry(mut child: Child, sink: mpsc::Sender<Chunk>, fault: Fault) {
    let stdout = pump(child.stdout.take().unwrap(), sink.clone(), Chunk::Stdout);
    let stderr = pump(child.stderr.take().unwrap(), sink.clone(), Chunk::Stderr);
    let both = async { tokio::join!(stdout, stderr) };
    tokio::select! {
        _ = both => {}
        // Nobody listens any more: the child is killed when it is dropped.
        () = sink.closed() => return,
    }
    if let (Ok(status), Fault::None | Fault::CutInput(_)) = (child.wait().await, fault) {
        let _ = sink.send(Chunk::Exit(translate(status))).await;
    }
}

async fn pump(
    mut from: impl AsyncRead + Unpin,
    sink: mpsc::Sender<Chunk>,
    wrap: fn(Vec<u8>) -> Chunk,
) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        if sink.send(wrap(buffer[..count].to_vec())).await.is_err() {
            return;
        }
    }
}

fn translate(status: ExitStatus) -> Status {
    match (status.code(), status.signal()) {
        (Some(code), _) => Status::Exited(code.cast_unsigned()),
        (None, signal) => Status::Signalled(format!("{}", signal.unwrap_or_default())),
    }
}
