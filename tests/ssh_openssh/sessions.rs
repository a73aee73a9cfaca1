//! Sessions on an OpenSSH server.

use std::{fs, path::Path, time::Duration};

use tlsplan::{
    error::{Designed, Exit},
    host::transport::{Chunk, Process, Status, Transport, TransportError},
    ssh::{ConnectError, Credentials, SshConfig, Target},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};

use crate::lab::{Lab, SOON, end_of, free_port, output, user};

#[tokio::test]
#[ignore = "needs OpenSSH: its server, agent and client"]
async fn every_kind_of_key_and_certificate_opens_the_door() {
    let lab = Lab::new().await;
    for key in ["user_ed25519", "user_rsa", "cert_ed25519", "cert_rsa"] {
        let session = lab.connect(&lab.target("127.0.0.1"), &lab.key(key)).await;
        assert_eq!(output(&session.unwrap(), "echo in").await, "in\n", "{key}");
    }
    let stranger = lab.connect(&lab.target("127.0.0.1"), &lab.key("ca")).await;
    let error = stranger.map(|_| ()).unwrap_err();
    assert!(matches!(error, ConnectError::Refused(_)), "{error:?}");
}

#[tokio::test]
#[ignore = "needs OpenSSH: its server, agent and client"]
async fn every_kind_of_host_key_and_a_host_certificate_is_recognised() {
    let lab = Lab::new().await;
    let port = lab.port;
    for (address, line, trusted) in [
        ("127.0.0.1", format!("[127.0.0.1]:{port} {}", lab.text("host_rsa.pub")), true),
        ("localhost", format!("@cert-authority * {}", lab.text("ca.pub")), true),
        ("127.0.0.1", format!("@cert-authority * {}", lab.text("ca.pub")), false),
    ] {
        lab.trust(&line);
        let session = lab.connect(&lab.target(address), &lab.key("user_ed25519")).await;
        match session {
            Ok(_) => assert!(trusted, "{line}"),
            Err(error) => {
                assert!(!trusted, "{line}: {error:?}");
                assert_eq!(error.exit(), Exit::HostKey);
            }
        }
    }
}

#[tokio::test]
#[ignore = "needs OpenSSH: its server, agent and client"]
async fn an_agent_signs_for_keys_that_never_come_here() {
    let lab = Lab::new().await;
    for key in ["user_ed25519", "user_rsa", "cert_rsa"] {
        let (_agent, socket) = lab.agent(key);
        let credentials = Credentials::new(None).with_agent(socket.clone());
        let session = lab.connect(&lab.target("127.0.0.1"), &credentials).await;
        assert_eq!(output(&session.unwrap(), "echo in").await, "in\n", "{key}");
        fs::remove_file(socket).unwrap();
    }
    // The plan's own key, where the file is locked and the agent has it open.
    let (_agent, socket) = lab.agent("user_ed25519");
    let file = lab.path("user_ed25519");
    let lock = std::process::Command::new("ssh-keygen")
        .args(["-q", "-p", "-N", "sesame", "-f"])
        .arg(&file)
        .status();
    assert!(lock.unwrap().success());
    let credentials = Credentials::new(Some(file)).with_agent(socket);
    lab.connect(&lab.target("127.0.0.1"), &credentials).await.expect("by the agent");
}

#[tokio::test]
#[ignore = "needs OpenSSH: its server, agent and client"]
async fn a_process_that_stops_reading_holds_up_nobody() {
    let lab = Lab::new().await;
    let session = lab.session().await;
    let mut process = session.spawn("echo $$; exec sleep 1000").await.unwrap();
    let pid = first_line(&mut process).await;
    let stdin = process.stdin.clone();
    let feeding = tokio::spawn(async move {
        for _ in 0..64 {
            if stdin.send(vec![0; 1 << 20]).await.is_err() {
                return true;
            }
        }
        false
    });
    assert_eq!(output(&session, "echo fine").await, "fine\n");
    output(&session, &format!("kill -KILL {pid}")).await;
    assert_eq!(end_of(process).await.1, Some(Status::Signalled("KILL".to_owned())));
    assert!(timeout(SOON, feeding).await.expect("the writer is let go").unwrap());
}

#[tokio::test]
#[ignore = "needs OpenSSH: its server, agent and client"]
async fn a_dropped_process_that_watches_its_input_ends() {
    let lab = Lab::new().await;
    let session = lab.session().await;
    // sshd passes no signals on where root is logged in, so this is what holds everywhere.
    let mut process = session.spawn("echo $$; exec cat").await.unwrap();
    let pid = first_line(&mut process).await;
    drop(process);
    let gone = async {
        while Path::new("/proc").join(&pid).exists() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(SOON, gone).await.expect("the process is ended on the host");
}

async fn first_line(process: &mut Process) -> String {
    let Some(Chunk::Stdout(line)) = process.output.recv().await else { panic!("no line") };
    String::from_utf8(line).unwrap().trim().to_owned()
}

#[tokio::test]
#[ignore = "needs OpenSSH: its server, agent and client"]
async fn more_commands_than_sshd_has_sessions_all_run() {
    let lab = Lab::with("MaxSessions 3").await;
    let session = lab.session().await;
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let session = session.clone();
        running.spawn(async move { output(&session, "echo ran").await });
    }
    while let Some(ran) = running.join_next().await {
        assert_eq!(ran.unwrap(), "ran\n");
    }
}

#[tokio::test]
#[ignore = "needs OpenSSH: its server, agent and client"]
async fn sixty_four_mebibytes_go_in_and_come_back() {
    let lab = Lab::new().await;
    let session = lab.session().await;
    let process = session.spawn("cat").await.unwrap();
    let (stdin, output) = (process.stdin, process.output);
    let feeding = tokio::spawn(async move {
        for _ in 0..64 {
            stdin.send(vec![5; 1 << 20]).await.unwrap();
        }
    });
    let (unused, _) = tokio::sync::mpsc::channel(1);
    let process = tlsplan::host::transport::Process { stdin: unused, output };
    let (bytes, status) = end_of(process).await;
    assert_eq!((bytes.len(), status), (64 << 20, Some(Status::Exited(0))));
    feeding.await.unwrap();
}

#[tokio::test]
#[ignore = "needs OpenSSH: its server, agent and client"]
async fn a_killed_sshd_leaves_the_outcome_unknown() {
    let lab = Lab::new().await;
    let session = lab.session().await;
    let process = session.spawn("kill -KILL $PPID; sleep 1000").await.unwrap();
    assert_eq!(end_of(process).await.1, None);
    assert!(session.is_lost());
}

#[tokio::test]
#[ignore = "needs OpenSSH: its server, agent and client"]
async fn ports_are_dialled_and_refusals_have_reasons() {
    let lab = Lab::new().await;
    let session = lab.session().await;
    let mut stream = session.dial("127.0.0.1", lab.port).await.unwrap();
    let mut greeting = [0; 8];
    stream.read_exact(&mut greeting).await.unwrap();
    assert_eq!(&greeting, b"SSH-2.0-");
    stream.shutdown().await.unwrap();
    let closed = free_port();
    let text = |error: TransportError| match error {
        TransportError::Refused { port, source } => format!("{port}: {source}"),
        other @ TransportError::NotSent(_) => panic!("{other:?}"),
    };
    let refused = text(session.dial("127.0.0.1", closed).await.map(|_| ()).unwrap_err());
    assert_eq!(refused, format!("{closed}: nothing answers there"));
    let strict = Lab::with("AllowTcpForwarding no").await;
    let session = strict.session().await;
    let forbidden = text(session.dial("127.0.0.1", closed).await.map(|_| ()).unwrap_err());
    assert!(forbidden.contains("AllowTcpForwarding"), "{forbidden}");
}

/// The same server twice: once as the jump host, once behind it.
fn through_jump(lab: &Lab, more: &str) -> Target {
    let (port, key) = (lab.port, lab.path("user_ed25519"));
    let config = format!(
        "Host behind\n HostName localhost\n Port {port}\n User {user}\n IdentityFile {key}\n \
         ProxyJump one,two\n{more}\nHost one two\n HostName 127.0.0.1\n Port {port}\n \
         User {user}\n IdentityFile {key}\n",
        user = user(),
        key = key.display(),
    );
    fs::write(lab.path("config"), config).unwrap();
    Target {
        address: "behind".to_owned(),
        port: None,
        user: None,
        config: SshConfig::File(lab.path("config")),
        ..lab.target("")
    }
}

#[tokio::test]
#[ignore = "needs OpenSSH: its server, agent and client"]
async fn a_host_behind_two_jump_hosts_is_reached_and_each_key_is_checked() {
    let lab = Lab::new().await;
    let target = through_jump(&lab, "");
    let jump = lab.text("known_hosts");
    let behind = jump.replace("127.0.0.1", "localhost");
    lab.trust(&format!("{jump}{behind}"));
    let session = lab.connect(&target, &Credentials::new(None)).await.expect("a session");
    let shown = output(&session, "echo $SSH_CONNECTION").await;
    assert!(shown.starts_with("127.0.0.1 "), "{shown}");
    for (known, words) in [(&jump, "`db1` (localhost"), (&behind, "behind the jump host `two`")] {
        lab.trust(known);
        let error = lab.connect(&target, &Credentials::new(None)).await.map(|_| ()).unwrap_err();
        assert_eq!(error.exit(), Exit::HostKey);
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[tokio::test]
#[ignore = "needs OpenSSH: its server, agent and client"]
async fn what_the_ssh_configuration_asks_for_and_is_not_built_is_refused_by_name() {
    let lab = Lab::new().await;
    let target = through_jump(&lab, "Host behin*\n HostKeyAlias rs0-a\n");
    let config = lab.text("config").replace("ProxyJump one,two", "ProxyCommand nc %h %p");
    fs::write(lab.path("config"), config).unwrap();
    let error = lab.connect(&target, &Credentials::new(None)).await.map(|_| ()).unwrap_err();
    let ConnectError::Config { source, .. } = &error else { panic!("{error:?}") };
    assert!(source.to_string().contains("ProxyCommand"), "{source}");
    assert_eq!(error.exit(), Exit::Refused);
    // And the alias is what the key is looked up by.
    let config = lab.text("config").replace("ProxyCommand nc %h %p", "ProxyCommand none");
    fs::write(lab.path("config"), config).unwrap();
    lab.trust(&format!("rs0-a {}", lab.text("host_ed25519.pub")));
    lab.connect(&target, &Credentials::new(None)).await.expect("by its alias");
}
