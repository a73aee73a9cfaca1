//! The scripts on a real host of the lab: real systemd, real sudo, real mongod, over OpenSSH.
//!
//! Run with the lab's variables: `eval "$(lab/lab env)"` first. One host named db1 is enough, and
//! its set is restarted.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

mod common;

use std::{env, process::Command, sync::Arc, time::Duration};

use common::local_transport::LocalTransport;
use tlsplan::{
    error::{Designed, Exit},
    host::{
        Host,
        call_error::CallError,
        config_file::ConfigFile,
        facts::{FactsError, HostFacts},
        lease::Owner,
        privilege::Become,
        replace::{Change, Replacement},
        sudo::SudoError,
        unit::ActiveState,
    },
    instance::{canary::Priority, canary_error::CanaryError},
    name::{HostName, UnitName},
    secret::Secret,
};

const FILE: &str = "/etc/mongod.conf";

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name} is set by `lab env`"))
}

/// db1 with the password for its sudo, which gets it only where it asks.
fn db1() -> Host {
    without_password().with_password(Secret::new(variable("LAB_SUDO_PASSWORD")))
}

/// db1 through the machine's own ssh.
fn without_password() -> Host {
    let key = format!("{}/ssh/id_ed25519", variable("LAB_DIR"));
    let target = format!("{}@{}", variable("LAB_USER"), variable("LAB_DB1"));
    // Host keys are the business of the transport that ships, and of its tests.
    let options = "-oUserKnownHostsFile=/dev/null -oStrictHostKeyChecking=no -oLogLevel=ERROR";
    let login: Vec<&str> = ["ssh", "-T", "-i", &key, "-oBatchMode=yes"]
        .into_iter()
        .chain(options.split(' '))
        .chain([target.as_str()])
        .collect();
    Host::new(HostName::new("db1"), Arc::new(LocalTransport::with_login(&login)), Become::Sudo)
}

fn mongod() -> UnitName {
    UnitName::new("mongod")
}

fn lab(arguments: &[&str]) {
    let done = Command::new("lab/lab").args(arguments).output().unwrap();
    assert!(done.status.success(), "{arguments:?}: {done:?}");
}

async fn facts(host: &Host) -> HostFacts {
    host.facts(&mongod(), FILE).await.unwrap()
}

fn text(file: &ConfigFile) -> String {
    String::from_utf8(file.bytes.clone()).unwrap()
}

/// The file in place with these lines under `net`.
fn with_tls(file: &ConfigFile, lines: &str) -> String {
    text(file).replacen("net:\n", &format!("net:\n{lines}"), 1)
}

const GOOD: &str = "  tls:\n    mode: allowTLS\n    certificateKeyFile: /etc/ssl/mongodb/server.pem\n    \
    CAFile: /etc/ssl/mongodb/ca.pem\n";

#[tokio::test]
#[ignore = "needs the lab"]
async fn a_host_is_surveyed_and_looked_at() {
    let host = db1();
    let survey = host.survey(&mongod(), FILE, Some("/var/lib/mongodb")).await.unwrap();
    assert_eq!(survey.service.binary, "/usr/bin/mongod");
    assert_ne!(survey.service.user, 0);
    assert_eq!(survey.argv.unwrap(), ["/usr/bin/mongod", "--config", FILE]);
    assert!(survey.systemd.unwrap() > 240);
    assert_eq!((survey.not_replaceable, survey.writable_search_path), (None, Vec::new()));
    assert!(survey.config_space > 0 && survey.data_space.unwrap() > 0);
    let facts = facts(&host).await;
    assert_eq!(facts.unit.active, ActiveState::Active);
    assert_eq!(facts.unit.user.as_deref(), Some("mongodb"));
    assert!(facts.unit.active_since.unwrap() < facts.uptime + Duration::from_secs(1));
    assert!(facts.file.file().is_some());
}

#[tokio::test]
#[ignore = "needs the lab"]
async fn only_certificates_leave_the_host() {
    let files = ["/etc/ssl/mongodb/server.pem", "/nowhere", "/etc/ssl/mongodb/ca.pem"];
    let pem = db1().certificates(&files).await.unwrap();
    for pem in [&pem[0], &pem[2]] {
        let text = std::str::from_utf8(pem.as_ref().unwrap()).unwrap();
        assert!(text.starts_with("-----BEGIN CERTIFICATE-----\n"), "{text}");
        assert!(!text.contains("PRIVATE"));
    }
    assert_eq!(pem[1], None);
}

/// One test, because they share the host's certificate and its file.
#[tokio::test]
#[ignore = "needs the lab"]
async fn a_canary_tells_good_files_from_bad_and_a_replacement_restarts() {
    let host = Arc::new(db1());
    let owner = Owner { run: "lab".into(), words: "a test".into() };
    let lease = host.lease(&owner).await.unwrap();
    let service = host.survey(&mongod(), FILE, None).await.unwrap().service;
    let before = facts(&host).await;
    let file = before.file.file().unwrap().clone();
    let good = with_tls(&file, GOOD);
    for text in [text(&file), good.clone(), good.replace("allowTLS", "requireTLS")] {
        host.canary(&service, &text, Priority::Normal).await.unwrap();
    }
    let refuses = async |text: &str, word: &str| {
        let error = host.canary(&service, text, Priority::Low).await.unwrap_err();
        assert!(matches!(error, CanaryError::Refused { .. }), "{error:?}");
        let said = format!("{error}\n{}", error.hints().join("\n"));
        assert!(said.contains(word), "{word}: {said}");
        assert_eq!(error.exit(), Exit::Refused);
    };
    refuses(&good.replace("allowTLS", "alowTLS"), "alowTLS").await;
    refuses(&good.replace("certificateKeyFile", "PEMKeyFile"), "PEMKeyFile").await;
    refuses(&good.replace("server.pem", "missing.pem"), "missing.pem").await;
    refuses(&good.replace("net:\n", "net: [\n"), "YAML").await;
    for (fault, word) in [
        ("expired", "expired"),
        ("key-mismatch", "key"),
        ("no-key", "key"),
        ("unreadable", "server.pem"),
    ] {
        lab(&["cert", "db1", fault]);
        refuses(&good, word).await;
    }
    lab(&["cert", "db1", "good"]);
    assert_eq!(facts(&host).await.unit.incarnation, before.unit.incarnation);
    lab(&[
        "exec",
        "db1",
        "--",
        "sh",
        "-c",
        "! ls -d /dev/shm/tlsplan-canary.* /tmp/mongodb-27018.sock",
    ]);

    let mark = host.log_mark("/var/log/mongodb/mongod.log").await.unwrap();
    restart_with(&host, &good).await;
    let since = host.log_since(&mark, &mongod()).await.unwrap();
    assert!(!since.log.is_empty());
    // A file that no canary saw: the server dies, and its words are there.
    let bad = good.replace("allowTLS", "alowTLS");
    let mark = host.log_mark("/var/log/mongodb/mongod.log").await.unwrap();
    replace(&host, &bad).await;
    wait(&host, |facts| facts.unit.active == ActiveState::Failed).await;
    let words = host.log_since(&mark, &mongod()).await.unwrap().key_lines(4);
    assert!(words.iter().any(|line| line.contains("alowTLS")), "{words:?}");
    restart_with(&host, &text(&file)).await;
    lease.release().await;
}

async fn replace(host: &Host, text: &str) {
    let now = facts(host).await;
    let seen = now.file.file().unwrap().digest;
    let replacement = Replacement { path: FILE, seen, bytes: text.as_bytes(), kind: Change::Later };
    host.replace_and_restart(replacement, &mongod()).await.unwrap();
}

async fn restart_with(host: &Host, text: &str) {
    let before = facts(host).await.unit.incarnation;
    replace(host, text).await;
    wait(host, |facts| {
        facts.unit.active == ActiveState::Active && facts.unit.incarnation != before
    })
    .await;
}

async fn wait(host: &Host, until: impl Fn(&HostFacts) -> bool) {
    let poll = async {
        while !until(&facts(host).await) {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), poll).await.unwrap();
}

/// On a host whose sudo asks (`lab up --sudo-password`) the refusals, elsewhere that nothing is sent.
#[tokio::test]
#[ignore = "needs the lab"]
async fn sudo_is_answered_once_or_not_at_all() {
    let asks = match without_password().facts(&mongod(), FILE).await {
        Ok(_) => false,
        Err(FactsError::Call(CallError::Sudo { source: SudoError::Asks { .. }, .. })) => true,
        Err(error) => panic!("{error:?}"),
    };
    db1().facts(&mongod(), FILE).await.unwrap();
    let wrong = without_password().with_password(Secret::new("not the password".into()));
    match wrong.facts(&mongod(), FILE).await {
        Ok(_) => assert!(!asks),
        Err(FactsError::Call(CallError::Sudo { source, .. })) => {
            assert!(asks && matches!(source, SudoError::WrongPassword { .. }), "{source:?}");
        }
        Err(error) => panic!("{error:?}"),
    }
}
