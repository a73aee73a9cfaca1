//! The verdict on a host key beside that of OpenSSH's client, on the same file and the same server.

use std::process::Command;

use russh::keys::{PublicKey, PublicKeyOrCertificate};
use tlsplan::ssh::known_hosts::{HostId, HostKeyError, KnownHosts, Source};

use crate::lab::Lab;

/// What both can say of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    Trusted,
    Unknown,
    Changed,
    Revoked,
}

fn ours(lab: &Lab, key: &PublicKey) -> Word {
    let known = KnownHosts::read(&[Source::Named(lab.path("known_hosts"))]).unwrap();
    let key = PublicKeyOrCertificate::from(PublicKey::new(key.key_data().clone(), ""));
    match known.check(&HostId::new("127.0.0.1", lab.port), &key) {
        Ok(()) => Word::Trusted,
        // OpenSSH calls a key of another type changed; the two are told apart here to help.
        Err(HostKeyError::Changed { .. } | HostKeyError::OtherType { .. }) => Word::Changed,
        Err(HostKeyError::Revoked { .. }) => Word::Revoked,
        Err(_) => Word::Unknown,
    }
}

fn theirs(lab: &Lab) -> Word {
    let known = format!("UserKnownHostsFile={}", lab.path("known_hosts").display());
    let output = Command::new("ssh")
        .args(["-F", "none", "-o", "StrictHostKeyChecking=yes", "-o", "BatchMode=yes"])
        .args(["-o", "GlobalKnownHostsFile=none", "-o", "HostKeyAlgorithms=ssh-ed25519"])
        .args(["-o", "IdentityFile=none", "-o", "PreferredAuthentications=none"])
        .args(["-o", &known, "-p", &lab.port.to_string(), "x@127.0.0.1", "true"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    match () {
        () if said.contains("Permission denied") => Word::Trusted,
        () if said.contains("REVOKED") => Word::Revoked,
        () if said.contains("IDENTIFICATION HAS CHANGED") => Word::Changed,
        () if said.contains("host key is known for") => Word::Unknown,
        () => panic!("ssh said: {said}"),
    }
}

#[tokio::test]
#[ignore = "needs OpenSSH: its server, agent and client"]
async fn openssh_judges_every_file_the_same_way() {
    let lab = Lab::new().await;
    let (port, host) = (lab.port, lab.text("host_ed25519.pub"));
    let key = PublicKey::from_openssh(&host).unwrap();
    let (k, o, r) = (host.trim(), lab.text("ca.pub"), lab.text("host_rsa.pub"));
    let (o, r) = (o.trim(), r.trim());
    lab.trust(&format!("[127.0.0.1]:{port} {k}\n127.0.0.1 {k}\n"));
    let hash = Command::new("ssh-keygen").arg("-H").arg("-f").arg(lab.path("known_hosts")).output();
    assert!(hash.unwrap().status.success());
    let text = lab.text("known_hosts");
    let hashed: Vec<&str> = text.lines().map(|line| line.split_once(' ').unwrap().0).collect();
    let (with_port, without) = (hashed[0], hashed[1]);
    let id = format!("[127.0.0.1]:{port}");
    let mut expected = Vec::new();
    for text in [
        String::new(),
        format!("{id} {k}"),
        format!("{id} {k} and a comment"),
        format!("{id}\t{}", k.replace(' ', "\t")),
        format!("   {id}   {k}\r"),
        format!("#{id} {k}"),
        format!("{id} {o}"),
        format!("{id} {o}\n{id} {k}"),
        format!("{id} {r}"),
        format!("{id} {r}\n{id} {o}"),
        format!("{with_port} {k}"),
        format!("{with_port} {o}"),
        format!("{without} {k}"),
        format!("127.0.0.1 {k}"),
        format!("127.0.0.1 {o}"),
        format!("{id} {o}\n127.0.0.1 {k}"),
        format!("{id} {r}\n127.0.0.1 {k}"),
        format!("[127.0.0.1]:22 {k}"),
        format!("[127.0.0.*]:{port} {k}"),
        format!("[127.0.0.?]:* {k}"),
        format!("* {k}"),
        format!("*,!{id} {k}"),
        format!("!{id},* {k}"),
        format!("!{id} {k}"),
        format!("*,!127.0.0.1 {k}"),
        format!("other,{id},more {k}"),
        format!("{id} {k}\n@revoked * {k}"),
        format!("@revoked {id} {k}\n{id} {k}"),
        format!("{id} {k}\n@revoked {with_port} {k}"),
        // A tab right after the marker is left out: OpenSSH then overlooks the line.
        format!("{id} {k}\n@revoked [127.0.0.*]:*\t{k}"),
        format!("{id} {k}\n@revoked 127.0.0.1 {k}"),
        format!("{id} {k}\n@revoked * {o}"),
        format!("@cert-authority {id} {k}"),
        format!("@cert-authority {id} {o}\n{id} {k}"),
        format!("@unknown {id} {k}"),
        format!("@unknown {id} {k}\n{id} {k}"),
        format!("{id} {}\n{id} {k}", &k[..40]),
        format!("{id}\n{id} ssh-ed25519\n{id} {k}"),
        format!("{id} ssh-rsa {}", k.split(' ').nth(1).unwrap()),
        format!("{}\n{id} {k}", "x".repeat(10 << 20)),
        format!("{id} {k}\n{id} {k}"),
        format!("{id} 1024 37 1234567890\n{id} {k}"),
    ] {
        lab.trust(&format!("{text}\n"));
        let (ours, theirs) = (ours(&lab, &key), theirs(&lab));
        assert_eq!(ours, theirs, "ours and OpenSSH's on\n{text:.400}");
        expected.push(theirs);
    }
    for word in [Word::Trusted, Word::Unknown, Word::Changed, Word::Revoked] {
        assert!(expected.contains(&word), "no file was {word:?}");
    }
}
