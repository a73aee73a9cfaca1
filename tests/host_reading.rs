//! What is read of a host besides the facts: certificates without keys, and the log since a mark.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod common;

use std::{fs, path::PathBuf, time::Duration};

use rcgen::PublicKeyData;

use common::{local_transport::LocalTransport, sandbox::Sandbox};
use tlsplan::{
    host::{
        Host,
        keys::{FoundKey, Readable},
        survey::Service,
    },
    name::UnitName,
};

const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----\nTUlJ\n-----END CERTIFICATE-----\n";
const KEY: &str = "-----BEGIN PRIVATE KEY-----\nU0VDUkVU\n-----END PRIVATE KEY-----\n";

async fn pem_of(text: &str) -> String {
    let sandbox = Sandbox::new();
    let file = sandbox.file("server.pem", text.as_bytes());
    let host = sandbox.host(LocalTransport::new());
    let mut pem = host.certificates(&[file.to_str().unwrap()]).await.unwrap();
    String::from_utf8(pem.remove(0).unwrap()).unwrap()
}

#[tokio::test]
async fn keys_stay_on_the_host_however_the_file_is_made_up() {
    let unfinished = "-----BEGIN CERTIFICATE-----\nTUlJ\n";
    for (text, certificates) in [
        (format!("{KEY}{CERTIFICATE}{CERTIFICATE}"), 2),
        (format!("{CERTIFICATE}{KEY}"), 1),
        (format!("{unfinished}{KEY}{CERTIFICATE}"), 1),
        (format!("{unfinished}{KEY}-----END CERTIFICATE-----\n"), 0),
        (CERTIFICATE.replace('\n', "\r\n") + KEY, 1),
        (format!("Bag Attributes\n{CERTIFICATE}more\n{KEY}"), 1),
        (KEY.to_owned(), 0),
    ] {
        let pem = pem_of(&text).await;
        assert!(!pem.contains("SECRET") && !pem.contains("U0VDUkVU"), "{pem}");
        assert_eq!(pem, CERTIFICATE.repeat(certificates), "{text}");
    }
}

fn host_with_journal(sandbox: &Sandbox) -> Host {
    sandbox.tool("journalctl", "echo 'from the journal'");
    sandbox.host(LocalTransport::new())
}

#[tokio::test]
async fn only_what_is_new_in_the_log_is_read_also_across_a_rotation() {
    let sandbox = Sandbox::new();
    let host = host_with_journal(&sandbox);
    let log = sandbox.file("mongod.log", b"old\n");
    let path = log.to_str().unwrap();
    let unit = UnitName::new("mongod");
    let mark = host.log_mark(path).await.unwrap();
    let since = async || host.log_since(&mark, &unit).await.unwrap();
    assert_eq!(since().await.log, b"");
    fs::write(&log, "old\nnew\n").unwrap();
    assert_eq!(since().await.log, b"new\n");
    fs::rename(&log, sandbox.path("mongod.log.2026-11-24")).unwrap();
    fs::write(&log, "newest\n").unwrap();
    assert_eq!(since().await.log, b"new\nnewest\n");
    fs::write(&log, "no errors\n".repeat(500)).unwrap();
    assert_eq!(since().await.log.len(), 2000);
    assert_eq!(since().await.journal, b"from the journal\n");
}

#[tokio::test]
async fn a_log_that_is_truncated_or_begins_later_is_read_from_its_beginning() {
    let sandbox = Sandbox::new();
    let host = host_with_journal(&sandbox);
    let log = sandbox.path("mongod.log");
    let path = log.to_str().unwrap();
    let unit = UnitName::new("mongod");
    let none = host.log_mark(path).await.unwrap();
    fs::write(&log, "a long first life\n").unwrap();
    assert_eq!(host.log_since(&none, &unit).await.unwrap().log, b"a long first life\n");
    let mark = host.log_mark(path).await.unwrap();
    fs::write(&log, "short\n").unwrap();
    let since = host.log_since(&mark, &unit).await.unwrap();
    assert_eq!(since.log, b"short\n");
    assert_eq!(since.key_lines(1), ["from the journal"]);
}

/// A file with a key, as openssl makes it, and the public half that openssl prints of it.
fn key_made_here(sandbox: &Sandbox) -> (PathBuf, Vec<u8>) {
    let key = rcgen::KeyPair::generate().unwrap();
    let file = sandbox.file("server.pem", (key.serialize_pem() + CERTIFICATE).as_bytes());
    (file, key.subject_public_key_info())
}

#[tokio::test]
async fn the_public_half_of_a_key_and_who_can_read_it_are_found_out_on_the_host() {
    let sandbox = Sandbox::new();
    let (good, public) = key_made_here(&sandbox);
    let locked =
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
    let files = [
        (good, "service", FoundKey::Public(public)),
        (sandbox.file("cert.pem", CERTIFICATE.as_bytes()), "everybody", FoundKey::Missing),
        (sandbox.file("locked.pem", locked.as_bytes()), "service", FoundKey::Locked),
        (sandbox.file("damaged.pem", KEY.as_bytes()), "service", FoundKey::Damaged),
        (sandbox.path("none.pem"), "missing", FoundKey::Missing),
    ];
    // Everybody is asked last, for what the service can read.
    let root = Service {
        binary: String::new(),
        user: 0,
        group: 0,
        groups: String::new(),
        ld_library_path: String::new(),
    };
    sandbox.tool(
        "setpriv",
        "case $* in *cert.pem) ;; *) echo 'Permission denied' >&2; exit 1 ;; esac",
    );
    let host = sandbox.host(LocalTransport::new());
    let paths: Vec<_> = files.iter().map(|(path, ..)| path.to_str().unwrap()).collect();
    let keys = host.keys(&root, &paths).await.unwrap();
    assert!(keys.clock.elapsed().unwrap() < Duration::from_secs(10));
    for ((path, readable, key), found) in files.iter().zip(&keys.files) {
        assert_eq!((who(&found.readable), &found.key), (*readable, key), "{}", path.display());
    }
    let stranger = Service { user: 4711, ..root };
    let keys = host.keys(&stranger, &paths[..1]).await.unwrap();
    assert_eq!(keys.files[0].readable, Readable::ByNobody("Permission denied".to_owned()));
}

fn who(readable: &Readable) -> &'static str {
    match readable {
        Readable::Missing => "missing",
        Readable::ByNobody(_) => "nobody",
        Readable::ByService => "service",
        Readable::ByEverybody => "everybody",
    }
}
