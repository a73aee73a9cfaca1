//! A directory with a client's keys and known hosts, and what is made from it.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use russh::keys::{Algorithm, PrivateKey, PublicKey, ssh_key::LineEnding};
use tempfile::TempDir;
use tlsplan::{
    host::transport::{Chunk, Process, Status, Transport},
    name::HostName,
    ssh::{self, ConnectError, Credentials, Limits, Session, SshConfig, Target},
};
use tokio::time::timeout;

use crate::server::{Character, Server, new_key};

/// Nothing in these tests may take longer.
pub(crate) const SOON: Duration = Duration::from_secs(10);

pub(crate) struct Client {
    pub(crate) dir: TempDir,
    pub(crate) key: PrivateKey,
}

impl Client {
    pub(crate) fn new() -> Self {
        let client = Self { dir: TempDir::new().unwrap(), key: new_key(Algorithm::Ed25519) };
        client.save(&client.key, 0o600);
        client
    }

    pub(crate) fn save(&self, key: &PrivateKey, mode: u32) {
        let path = self.identity_file();
        fs::write(&path, key.to_openssh(LineEnding::LF).unwrap()).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    }

    pub(crate) fn identity_file(&self) -> PathBuf {
        self.dir.path().join("id")
    }

    pub(crate) fn known_hosts(&self) -> PathBuf {
        self.dir.path().join("known_hosts")
    }

    /// Writes a line for a server on this machine.
    pub(crate) fn trust(&self, port: u16, key: &PublicKey) {
        self.write_known_hosts(&line(port, key));
    }

    pub(crate) fn write_known_hosts(&self, text: &str) {
        fs::write(self.known_hosts(), text).unwrap();
    }

    pub(crate) fn target(&self, port: u16) -> Target {
        Target {
            name: HostName::new("db1"),
            address: "127.0.0.1".to_owned(),
            port: Some(port),
            user: Some("deploy".to_owned()),
            known_hosts: Some(self.known_hosts()),
            config: SshConfig::Ignored,
        }
    }

    pub(crate) fn credentials(&self) -> Credentials {
        Credentials::new(Some(self.identity_file()))
    }

    pub(crate) async fn connect(
        &self,
        port: u16,
        limits: &Limits,
    ) -> Result<Session, ConnectError> {
        let (target, credentials) = (self.target(port), self.credentials());
        timeout(SOON, ssh::connect(&target, &credentials, limits)).await.expect("an end in time")
    }
}

pub(crate) fn line(port: u16, key: &PublicKey) -> String {
    format!("[127.0.0.1]:{port} {}\n", key.to_openssh().unwrap())
}

/// Limits that a test can wait for.
pub(crate) fn quick() -> Limits {
    Limits {
        tcp: Duration::from_millis(500),
        key_exchange: Duration::from_millis(500),
        auth: Duration::from_millis(500),
        answer: Duration::from_secs(2),
        unread: Duration::from_millis(300),
        close_timeout: Duration::from_millis(300),
        ..Limits::default()
    }
}

/// A server that lets the client in, and the session with it.
pub(crate) async fn session_with(change: impl FnOnce(&mut Character)) -> (Server, Session, Client) {
    let client = Client::new();
    let host_key = new_key(Algorithm::Ed25519);
    let mut character = Character::with_host_key(host_key.clone());
    character.accepted.push(client.key.public_key().clone());
    change(&mut character);
    let server = Server::start(character).await;
    client.trust(server.port, host_key.public_key());
    let session = client.connect(server.port, &quick()).await.expect("a session");
    (server, session, client)
}

pub(crate) async fn session() -> (Server, Session, Client) {
    session_with(|_| {}).await
}

/// What a process came to; `None` where the channel ended without a status.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
    pub(crate) status: Option<Status>,
}

pub(crate) async fn outcome(mut process: Process) -> Outcome {
    let mut outcome = Outcome { stdout: Vec::new(), stderr: Vec::new(), status: None };
    let read = async {
        while let Some(chunk) = process.output.recv().await {
            match chunk {
                Chunk::Stdout(bytes) => outcome.stdout.extend(bytes),
                Chunk::Stderr(bytes) => outcome.stderr.extend(bytes),
                Chunk::Exit(status) => {
                    assert_eq!(outcome.status.replace(status), None, "one status only");
                }
            }
        }
    };
    timeout(SOON, read).await.expect("the process ends in time");
    outcome
}

pub(crate) async fn run(transport: &dyn Transport, command: &str) -> Outcome {
    let process = timeout(SOON, transport.spawn(command)).await.expect("a start in time");
    outcome(process.expect("a process")).await
}

pub(crate) fn exited(status: u32) -> Status {
    Status::Exited(status)
}

/// Waits for a condition that something else brings about.
pub(crate) async fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let wait = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    assert!(timeout(SOON, wait).await.is_ok(), "waited in vain until {what}");
}

/// All causes of an error in one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

pub(crate) fn shown(path: &Path) -> String {
    path.display().to_string()
}
