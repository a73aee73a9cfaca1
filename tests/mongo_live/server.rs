//! Real mongod processes on free ports of the loopback, ended when dropped.

use std::{
    env, fs,
    io::Write,
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use mongodb::bson::{Document, doc};
use tempfile::TempDir;
use tlsplan::{
    client::{
        database::{Database, DatabaseError},
        driver::Driver,
        endpoint::Endpoint,
        settings::ClientFiles,
        view::replica_status,
    },
    cluster::topology::MemberState,
};

use crate::{
    certificates::{Certificates, MEMBER},
    transport::Local,
};

/// One running mongod.
pub(crate) struct Mongod {
    command: Command,
    process: Child,
    pub(crate) port: u16,
    pub(crate) folder: TempDir,
    pub(crate) certificates: Certificates,
}

impl Drop for Mongod {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// The binary under test.
pub(crate) fn mongod() -> String {
    env::var("TLSPLAN_TEST_MONGOD").expect("TLSPLAN_TEST_MONGOD names a mongod binary")
}

/// A key by which members log in to each other, in a file.
pub(crate) struct KeyFile(tempfile::NamedTempFile);

impl KeyFile {
    /// Temporary files are private, as mongod wants it.
    pub(crate) fn new() -> Self {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"c2VjcmV0LXNlY3JldC1zZWNyZXQ=").unwrap();
        Self(file)
    }

    pub(crate) fn path(&self) -> &str {
        self.0.path().to_str().unwrap()
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Mongod {
    /// Starts a server in a TLS mode with more arguments.
    pub(crate) fn start(tls_mode: &str, more: &[&str]) -> Self {
        Self::start_binary(&mongod(), tls_mode, more)
    }

    /// Starts another binary.
    pub(crate) fn start_binary(binary: &str, tls_mode: &str, more: &[&str]) -> Self {
        let folder = TempDir::new().unwrap();
        let certificates = Certificates::make(folder.path());
        let port = free_port();
        let mut command = Command::new(binary);
        command.args(["--bind_ip", "127.0.0.1", "--nounixsocket", "--port", &port.to_string()]);
        command.arg("--dbpath").arg(folder.path());
        command.arg("--logpath").arg(folder.path().join("log"));
        if tls_mode != "disabled" {
            command.args(["--tlsMode", tls_mode]);
            command.arg("--tlsCAFile").arg(&certificates.ca);
            command.arg("--tlsCertificateKeyFile").arg(&certificates.member);
        }
        command.args(more).stdout(Stdio::null()).stderr(Stdio::null());
        let process = command.spawn().unwrap();
        Self { command, process, port, folder, certificates }
    }

    /// Ends it the hard way and starts it again.
    pub(crate) fn restart(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        self.process = self.command.spawn().unwrap();
    }

    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        self.process.id()
    }

    /// A member of the set `rs0`.
    pub(crate) fn member(mode: &str) -> Self {
        Self::start(mode, &["--replSet", "rs0"])
    }

    /// In plaintext, without a login.
    pub(crate) fn endpoint(&self) -> Endpoint {
        Endpoint {
            address: "127.0.0.1".into(),
            port: self.port,
            tls_server_name: MEMBER.into(),
            tls: None,
            credential: None,
            connect_timeout: Duration::from_secs(5),
        }
    }

    /// By TLS with the client's certificate.
    pub(crate) fn tls_endpoint(&self) -> Endpoint {
        let files = ClientFiles {
            ca_file: self.certificates.ca.clone(),
            certificate_key_file: Some(self.certificates.client.clone()),
        };
        Endpoint { tls: Some(files), ..self.endpoint() }
    }

    /// Connects as soon as the server listens.
    pub(crate) async fn connect(&self, endpoint: &Endpoint) -> Driver {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            match Driver::connect(Arc::new(Local), endpoint).await {
                Ok(driver) => return driver,
                Err(DatabaseError::NoReply(_)) if Instant::now() < deadline => {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                Err(error) => panic!("{error}: {}", log_end(self.folder.path())),
            }
        }
    }
}

fn log_end(folder: &Path) -> String {
    let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
    log.lines().rev().take(5).collect::<Vec<_>>().join("\n")
}

/// A set of these servers, the first one its primary, the last one an arbiter.
pub(crate) fn members_config(servers: &[&Mongod]) -> Document {
    let last = servers.len() - 1;
    let member = |(index, server): (usize, &&Mongod)| {
        let priority = if index == 0 { 10 } else { i32::from(index != last) };
        doc! {
            "_id": i32::try_from(index).unwrap(),
            "host": format!("127.0.0.1:{}", server.port),
            "arbiterOnly": index == last,
            "priority": priority,
        }
    };
    let members: Vec<_> = servers.iter().enumerate().map(member).collect();
    let settings = doc! { "electionTimeoutMillis": 1000 };
    doc! { "_id": "rs0", "members": members, "settings": settings }
}

/// Makes a set of them and waits until every member does its job.
pub(crate) async fn initiate(db: &dyn Database, servers: &[&Mongod]) {
    let config = members_config(servers);
    db.run(doc! { "replSetInitiate": config }).await.unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let status = replica_status(db).await.unwrap();
        let ready = status.members.iter().all(|member| member.state.in_service());
        if ready && status.own().unwrap().state == MemberState::Primary {
            return;
        }
        assert!(Instant::now() < deadline, "no primary: {status:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
