//! One OpenSSH server with keys of every kind, made with OpenSSH's own tools.

use std::{
    fs,
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use tempfile::TempDir;
use tlsplan::{
    host::transport::{Chunk, Process, Status, Transport},
    name::HostName,
    ssh::{self, ConnectError, Credentials, Limits, Session, SshConfig, Target},
};
use tokio::time::timeout;

pub(crate) const SOON: Duration = Duration::from_secs(20);

/// A child that ends with its owner.
pub(crate) struct Daemon(Child);

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub(crate) struct Lab {
    pub(crate) dir: TempDir,
    pub(crate) port: u16,
    _sshd: Daemon,
}

impl Lab {
    /// A server with an ed25519 and an RSA host key, a host certificate for `localhost`, and users'
    /// keys, RSA and ed25519, bare and certified.
    pub(crate) async fn new() -> Self {
        Self::with("").await
    }

    pub(crate) async fn with(options: &str) -> Self {
        let dir = TempDir::new().unwrap();
        let at = |name: &str| dir.path().join(name);
        for (name, kind) in [
            ("host_ed25519", "ed25519"),
            ("host_rsa", "rsa"),
            ("user_ed25519", "ed25519"),
            ("user_rsa", "rsa"),
            ("cert_ed25519", "ed25519"),
            ("cert_rsa", "rsa"),
            ("ca", "ed25519"),
        ] {
            run(
                "ssh-keygen",
                ["-q", "-b", "2048", "-t", kind, "-N", "", "-C", name, "-f"].map(Into::into),
                at(name),
            );
        }
        let sign = |extra: &[&str], name: &str| {
            let ca = at("ca");
            let base = ["-q", "-s", ca.to_str().unwrap(), "-I", "an id"];
            run("ssh-keygen", base.iter().chain(extra).map(|&a| a.into()), at(name));
        };
        sign(&["-n", &user()], "cert_ed25519.pub");
        sign(&["-n", &user()], "cert_rsa.pub");
        sign(&["-h", "-n", "localhost"], "host_ed25519.pub");
        let text = |name: &str| fs::read_to_string(at(name)).unwrap();
        fs::write(at("authorized"), text("user_ed25519.pub") + &text("user_rsa.pub")).unwrap();
        let port = free_port();
        let d = dir.path().display();
        let config = format!(
            "Port {port}\nListenAddress 127.0.0.1\nHostKey {d}/host_ed25519\nHostKey {d}/host_rsa\n\
             HostCertificate {d}/host_ed25519-cert.pub\nAuthorizedKeysFile {d}/authorized\n\
             TrustedUserCAKeys {d}/ca.pub\nStrictModes no\nUsePAM no\nPidFile none\n\
             PasswordAuthentication no\nKbdInteractiveAuthentication no\n{options}\n"
        );
        fs::write(at("sshd_config"), config).unwrap();
        // Where root runs sshd, it wants this directory for its unprivileged half.
        let _ = fs::create_dir_all("/run/sshd");
        let mut command = Command::new("/usr/sbin/sshd");
        command.args(["-D", "-e", "-f"]).arg(at("sshd_config"));
        command.stderr(fs::File::create(at("sshd.log")).unwrap());
        let sshd = Daemon(command.spawn().expect("openssh-server is installed"));
        let answers = async {
            while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        timeout(SOON, answers).await.expect("sshd listens");
        let lab = Self { dir, port, _sshd: sshd };
        lab.trust(&format!("[127.0.0.1]:{port} {}", lab.text("host_ed25519.pub")));
        lab
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn trust(&self, lines: &str) {
        fs::write(self.path("known_hosts"), lines).unwrap();
    }

    pub(crate) fn target(&self, address: &str) -> Target {
        Target {
            name: HostName::new("db1"),
            address: address.to_owned(),
            port: Some(self.port),
            user: Some(user()),
            known_hosts: Some(self.path("known_hosts")),
            config: SshConfig::Ignored,
        }
    }

    pub(crate) fn key(&self, name: &str) -> Credentials {
        Credentials::new(Some(self.path(name)))
    }

    pub(crate) async fn session(&self) -> Session {
        self.connect(&self.target("127.0.0.1"), &self.key("user_ed25519")).await.expect("a session")
    }

    pub(crate) async fn connect(
        &self,
        target: &Target,
        credentials: &Credentials,
    ) -> Result<Session, ConnectError> {
        let limits = Limits::default();
        let connect = ssh::connect(target, credentials, &limits);
        timeout(SOON, connect).await.expect("an end in time")
    }

    /// An agent that holds one of the keys.
    pub(crate) fn agent(&self, key: &str) -> (Daemon, PathBuf) {
        let socket = self.path("agent.sock");
        let mut command = Command::new("ssh-agent");
        command.arg("-D").arg("-a").arg(&socket).stdout(Stdio::null());
        let agent = Daemon(command.spawn().expect("ssh-agent"));
        let deadline = std::time::Instant::now() + SOON;
        while !socket.exists() {
            assert!(std::time::Instant::now() < deadline, "the agent listens");
            std::thread::sleep(Duration::from_millis(10));
        }
        let add = Command::new("ssh-add")
            .arg("-q")
            .arg(self.path(key))
            .env("SSH_AUTH_SOCK", &socket)
            .status()
            .unwrap();
        assert!(add.success());
        (agent, socket)
    }
}

fn run(program: &str, arguments: impl IntoIterator<Item = PathBuf>, last: PathBuf) {
    let arguments = arguments.into_iter().chain([last]);
    let output = Command::new(program).args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{program}: {said}");
}

pub(crate) fn user() -> String {
    let output = Command::new("id").arg("-un").output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

pub(crate) async fn end_of(mut process: Process) -> (Vec<u8>, Option<Status>) {
    let (mut stdout, mut status) = (Vec::new(), None);
    let read = async {
        while let Some(chunk) = process.output.recv().await {
            match chunk {
                Chunk::Stdout(bytes) => stdout.extend(bytes),
                Chunk::Stderr(_) => {}
                Chunk::Exit(end) => status = Some(end),
            }
        }
    };
    timeout(SOON, read).await.expect("an end in time");
    (stdout, status)
}

pub(crate) async fn output(transport: &dyn Transport, command: &str) -> String {
    let process = transport.spawn(command).await.expect("a process");
    let (stdout, status) = end_of(process).await;
    assert_eq!(status, Some(Status::Exited(0)));
    String::from_utf8(stdout).unwrap()
}
