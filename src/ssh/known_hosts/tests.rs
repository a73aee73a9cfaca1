//! The verdicts, case by case. That they are OpenSSH's own is tried on its client elsewhere.

use std::{path::Path, time::SystemTime};

use hmac::{Hmac, KeyInit, Mac};
use proptest::prelude::*;
use russh::keys::{
    Algorithm, Certificate, EcdsaCurve, PrivateKey, PublicKey, PublicKeyOrCertificate,
    ssh_key::{
        certificate::{Builder, CertType},
        known_hosts::HostPatterns,
    },
};
use sha1::Sha1;

use super::{CertificateProblem, HostId, HostKeyError, KnownHosts, Source};
use crate::{
    error::{Designed, Exit},
    ssh::algorithms::HOST_KEYS,
};

const P256: Algorithm = Algorithm::Ecdsa { curve: EcdsaCurve::NistP256 };

fn new_key(algorithm: Algorithm) -> PrivateKey {
    PrivateKey::random(&mut rand::rng(), algorithm).unwrap()
}

fn text(key: &PrivateKey) -> String {
    key.public_key().to_openssh().unwrap()
}

fn known(text: &str) -> KnownHosts {
    let mut known = KnownHosts::read(&[]).unwrap();
    known.add(text, Path::new("known_hosts"));
    known
}

fn offered(key: &PrivateKey) -> PublicKeyOrCertificate {
    PublicKey::new(key.public_key().key_data().clone(), "").into()
}

fn hashed(name: &str) -> String {
    let salt = b"twenty bytes of salt".to_vec();
    let mac = Hmac::<Sha1>::new_from_slice(&salt).unwrap().chain_update(name).finalize();
    HostPatterns::HashedName { salt, hash: mac.into_bytes().into() }.to_string()
}

/// The verdict in a word.
fn word(verdict: &Result<(), HostKeyError>) -> &'static str {
    match verdict {
        Ok(()) => "trusted",
        Err(HostKeyError::Unknown { .. }) => "unknown",
        Err(HostKeyError::Changed { .. }) => "changed",
        Err(HostKeyError::Revoked { .. }) => "revoked",
        Err(HostKeyError::OtherType { .. }) => "other type",
        Err(HostKeyError::Certificate { .. }) => "certificate",
        Err(HostKeyError::Unreadable { .. }) => "unreadable",
    }
}

#[test]
fn every_kind_of_line_has_its_verdict() {
    let (key, other, p256) =
        (new_key(Algorithm::Ed25519), new_key(Algorithm::Ed25519), new_key(P256));
    let (k, o, p) = (text(&key), text(&other), text(&p256));
    let cut = &k[..k.len() - 20];
    for (lines, port, verdict) in [
        (String::new(), 22, "unknown"),
        (format!("db1 {k}"), 22, "trusted"),
        (format!("DB1 {k}"), 22, "trusted"),
        (format!("db1 {k} a comment of several words"), 22, "trusted"),
        (format!("db2,db1,db3 {k}"), 22, "trusted"),
        (format!("db1\t{}", k.replace(' ', "\t")), 22, "trusted"),
        (format!("  db1   {k}\r\n"), 22, "trusted"),
        (format!("# db1 {k}"), 22, "unknown"),
        (format!("db12 {k}"), 22, "unknown"),
        (format!("db1 {o}"), 22, "changed"),
        (format!("db1 {o}\ndb1 {k}"), 22, "trusted"),
        (format!("db1 {p}"), 22, "other type"),
        (format!("db1 {p}\ndb1 {o}"), 22, "changed"),
        (format!("db? {k}"), 22, "trusted"),
        (format!("* {k}"), 22, "trusted"),
        (format!("*,!db1 {k}"), 22, "unknown"),
        (format!("!db1,* {k}"), 22, "unknown"),
        (format!("!db2,* {k}"), 22, "trusted"),
        (format!("!db1 {k}"), 22, "unknown"),
        (format!("{} {k}", hashed("db1")), 22, "trusted"),
        (format!("{} {k}", hashed("db2")), 22, "unknown"),
        (format!("{} {o}", hashed("db1")), 22, "changed"),
        // Ports.
        (format!("[db1]:22 {k}"), 22, "unknown"),
        (format!("[db1]:2222 {k}"), 2222, "trusted"),
        (format!("[db1]:2222 {k}"), 22, "unknown"),
        (format!("[db1]:2222 {k}"), 2223, "unknown"),
        (format!("[db?]:22* {k}"), 2222, "trusted"),
        (format!("{} {k}", hashed("[db1]:2222")), 2222, "trusted"),
        (format!("db1 {k}"), 2222, "trusted"),
        (format!("db1 {o}"), 2222, "unknown"),
        (format!("[db1]:2222 {o}\ndb1 {k}"), 2222, "changed"),
        (format!("[db1]:2222 {p}\ndb1 {k}"), 2222, "other type"),
        // Revocation stands above everything, wherever its line is.
        (format!("db1 {k}\n@revoked * {k}"), 22, "revoked"),
        (format!("@revoked db1 {k}\ndb1 {k}"), 22, "revoked"),
        (format!("@revoked\t{}\t{k}\ndb1 {k}", hashed("db1")), 22, "revoked"),
        (format!("[db1]:2222 {k}\n@revoked [db1]:* {k}"), 2222, "revoked"),
        (format!("db1 {k}\n@revoked db2 {k}"), 22, "trusted"),
        (format!("db1 {k}\n@revoked * {o}"), 22, "trusted"),
        (format!("db1 {k}\n@revoked db1 {k}"), 2222, "revoked"),
        // An authority's key is nobody's own.
        (format!("@cert-authority db1 {k}"), 22, "unknown"),
        // Lines that say nothing.
        (format!("db1 {cut}\ndb1 {k}"), 22, "trusted"),
        (format!("@unknown db1 {k}"), 22, "unknown"),
        (format!("db1\ndb1 ssh-ed25519\ndb1 {k}"), 22, "trusted"),
        (format!("db1 ssh-rsa {}", k.split_once(' ').unwrap().1), 22, "unknown"),
        (format!("db1 {k}\n{}", "x".repeat(1 << 20)), 22, "trusted"),
    ] {
        let found = word(&known(&lines).check(&HostId::new("Db1", port), &offered(&key)));
        assert_eq!(found, verdict, "port {port} of\n{lines:.300}");
    }
}

#[test]
fn an_alias_stands_for_itself_on_every_port() {
    let key = new_key(Algorithm::Ed25519);
    let known = known(&format!("rs0-a {}", text(&key)));
    assert!(known.check(&HostId::alias("RS0-a"), &offered(&key)).is_ok());
}

#[test]
fn lines_that_were_not_understood_are_reported_with_their_true_numbers() {
    let key = text(&new_key(Algorithm::Ed25519));
    let known =
        known(&format!("# one\n\ndb1 {key}\n@revokd db1 {key}\r\ndb1 ssh-ed25519 AAAA\ndb1"));
    let found: Vec<_> = known
        .warnings()
        .iter()
        .map(|warning| (warning.place.to_string(), warning.problem.as_str()))
        .collect();
    assert_eq!(found.len(), 3, "{found:?}");
    assert_eq!(found[0], ("known_hosts:4".to_owned(), "its marker `@revokd` is not known"));
    assert!(found[1].0 == "known_hosts:5" && found[1].1.starts_with("its key cannot be read"));
    assert_eq!(found[2], ("known_hosts:6".to_owned(), "it has no key type"));
}

#[test]
fn a_changed_key_is_reported_with_the_line_on_record() {
    let (key, old) = (new_key(Algorithm::Ed25519), new_key(Algorithm::Ed25519));
    let known = known(&format!("# a comment\n\ndb1 {}", text(&old)));
    match known.check(&HostId::new("db1", 22), &offered(&key)) {
        Err(error @ HostKeyError::Changed { .. }) => {
            assert!(error.to_string().contains("`known_hosts:3`"), "{error}");
            assert_eq!(error.exit(), Exit::HostKey);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn several_files_count_together_and_a_usual_one_may_be_missing() {
    let dir = tempfile::tempdir().unwrap();
    let key = new_key(Algorithm::Ed25519);
    let (user, system) = (dir.path().join("user"), dir.path().join("system"));
    std::fs::write(&system, format!("db1 {}", text(&key))).unwrap();
    let usual = [Source::Usual(user.clone()), Source::Usual(system)];
    let host = HostId::new("db1", 22);
    assert!(KnownHosts::read(&usual).unwrap().check(&host, &offered(&key)).is_ok());
    std::fs::write(&user, format!("@revoked * {}", text(&key))).unwrap();
    let both = KnownHosts::read(&usual).unwrap();
    assert_eq!(word(&both.check(&host, &offered(&key))), "revoked");
    std::fs::remove_file(&user).unwrap();
    std::fs::create_dir(&user).unwrap();
    assert_eq!(word(&KnownHosts::read(&usual).map(|_| ())), "unreadable");
    let named = [Source::Named(dir.path().join("none"))];
    let error = KnownHosts::read(&named).unwrap_err();
    assert_eq!(error.exit(), Exit::Refused);
}

#[test]
fn a_host_is_asked_only_for_types_that_are_on_record() {
    let (ed, p256) = (text(&new_key(Algorithm::Ed25519)), text(&new_key(P256)));
    let all: Vec<String> = HOST_KEYS.iter().map(ToString::to_string).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let host = HostId::new("db1", 2222);
    for (lines, plain, certificates) in [
        (String::new(), all.clone(), 0),
        (format!("[db1]:2222 {p256}"), vec!["ecdsa-sha2-nistp256"], 0),
        (format!("[db1]:2222 {p256}\n* {ed}"), vec!["ssh-ed25519", "ecdsa-sha2-nistp256"], 0),
        (format!("db1 {p256}"), vec!["ecdsa-sha2-nistp256"], 0),
        (format!("@cert-authority * {ed}"), all.clone(), HOST_KEYS.len()),
        (format!("@cert-authority * {ed}\n[db1]:2222 {ed}"), vec!["ssh-ed25519"], HOST_KEYS.len()),
        (format!("@revoked * {ed}"), all, 0),
    ] {
        let found = known(&lines).preference(&host, HOST_KEYS);
        let names: Vec<String> = found.plain.iter().map(ToString::to_string).collect();
        assert_eq!(
            (names, found.certificates.len()),
            (plain.iter().map(|&n| n.to_owned()).collect(), certificates),
            "{lines}"
        );
    }
}

struct Issue<'a> {
    kind: CertType,
    principals: &'a [&'a str],
    /// Seconds around now.
    valid: (i64, i64),
    option: bool,
}

const GOOD: Issue<'static> =
    Issue { kind: CertType::Host, principals: &["db1"], valid: (-60, 60), option: false };

fn issue(authority: &PrivateKey, key: &PrivateKey, how: &Issue<'_>) -> Certificate {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let (after, before) =
        (now.saturating_add_signed(how.valid.0), now.saturating_add_signed(how.valid.1));
    let data = key.public_key().key_data().clone();
    let mut builder =
        Builder::new_with_random_nonce(&mut rand::rng(), data, after, before).unwrap();
    builder.cert_type(how.kind).unwrap().key_id("id of db1").unwrap();
    for principal in how.principals {
        builder.valid_principal(*principal).unwrap();
    }
    if how.principals.is_empty() {
        builder.all_principals_valid().unwrap();
    }
    if how.option {
        builder.critical_option("force-command", "true").unwrap();
    }
    builder.sign(authority).unwrap()
}

#[test]
fn a_host_certificate_is_judged_by_authority_host_dates_and_conditions() {
    use CertificateProblem::{CriticalOptions, NotHost, NotValid, OtherHost};
    let (ca, other_ca, key) =
        (new_key(Algorithm::Ed25519), new_key(Algorithm::Ed25519), new_key(Algorithm::Ed25519));
    let line = format!("@cert-authority *,!db9 {}", text(&ca));
    let others = || OtherHost(vec!["db2".to_owned(), "db3".to_owned()]);
    for (authority, how, problem) in [
        (&ca, GOOD, None),
        (&ca, Issue { principals: &["db2", "DB?"], ..GOOD }, None),
        (&ca, Issue { principals: &[], ..GOOD }, None),
        (&ca, Issue { principals: &["db2", "db3"], ..GOOD }, Some(others())),
        (&ca, Issue { kind: CertType::User, ..GOOD }, Some(NotHost)),
        (&ca, Issue { valid: (-120, -60), ..GOOD }, Some(NotValid)),
        (&ca, Issue { valid: (60, 120), ..GOOD }, Some(NotValid)),
        (&ca, Issue { option: true, ..GOOD }, Some(CriticalOptions)),
        (&other_ca, GOOD, Some(NotValid)),
    ] {
        let certificate = issue(authority, &key, &how);
        let host = HostId::new("db1", 22);
        match (known(&line).check(&host, &certificate.clone().into()), problem) {
            (Ok(()), None) => {}
            (Err(HostKeyError::Certificate { source, .. }), Some(problem)) => {
                assert_eq!(source, problem);
                // The bare key is looked at as well, as OpenSSH does.
                let both = format!("{line}\ndb1 {}", text(&key));
                assert!(known(&both).check(&host, &certificate.into()).is_ok());
            }
            (found, problem) => panic!("{found:?} instead of {problem:?}"),
        }
    }
}

#[test]
fn a_certificate_ends_with_its_revoked_authority_and_at_other_hosts() {
    let (ca, key) = (new_key(Algorithm::Ed25519), new_key(Algorithm::Ed25519));
    let certificate = || PublicKeyOrCertificate::from(issue(&ca, &key, &GOOD));
    let line = format!("@cert-authority * {}", text(&ca));
    let host = HostId::new("db1", 22);
    for revoked in [text(&ca), text(&key)] {
        let known = known(&format!("{line}\n@revoked * {revoked}"));
        assert_eq!(word(&known.check(&host, &certificate())), "revoked");
    }
    assert_eq!(word(&known(&line).check(&HostId::new("db2", 22), &certificate())), "certificate");
}

proptest! {
    #[test]
    fn no_file_breaks_the_reader(text in "\\PC{0,40}(\n\\PC{0,40}){0,6}") {
        let key = PublicKey::from_openssh(
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti",
        ).unwrap();
        let verdict = known(&text).check(&HostId::new("db1", 22), &key.into());
        prop_assert!(verdict.is_err(), "no random text is a key on record");
    }
}
