//! Host keys that must not be trusted: no credential may reach their host.

use std::sync::atomic::Ordering::SeqCst;

use russh::keys::{Algorithm, EcdsaCurve, HashAlg, PrivateKey};
use tlsplan::{
    error::{Designed, Exit},
    ssh::{ConnectError, known_hosts::HostKeyError},
};

use crate::{
    server::{Character, Server, new_key},
    setup::{Client, chain, line, quick, shown},
};

async fn server_with(key: &PrivateKey, client: &Client) -> Server {
    let mut character = Character::with_host_key(key.clone());
    character.accepted.push(client.key.public_key().clone());
    Server::start(character).await
}

/// Connects in vain and hands out why; the host must not have seen a key.
async fn refusal(server: &Server, client: &Client) -> (ConnectError, HostKeyWords) {
    let error = client.connect(server.port, &quick()).await.map(|_| ()).unwrap_err();
    assert_eq!(server.log.keys_offered.load(SeqCst), 0, "a credential was offered: {error:?}");
    let words = HostKeyWords { chain: chain(&error), hints: error.hints().join("\n") };
    (error, words)
}

struct HostKeyWords {
    chain: String,
    hints: String,
}

fn fingerprint(key: &PrivateKey) -> String {
    key.public_key().fingerprint(HashAlg::Sha256).to_string()
}

#[tokio::test]
async fn an_unknown_key_is_refused_with_the_line_that_would_make_it_known() {
    let (client, key) = (Client::new(), new_key(Algorithm::Ed25519));
    client.write_known_hosts("# nothing yet\n");
    let server = server_with(&key, &client).await;
    let (error, words) = refusal(&server, &client).await;
    assert_eq!(error.exit(), Exit::HostKey);
    assert!(words.chain.contains(&fingerprint(&key)), "{}", words.chain);
    let wanted = line(server.port, key.public_key());
    assert!(words.hints.contains(wanted.trim()), "{}", words.hints);
    assert!(words.hints.contains(&shown(&client.known_hosts())), "{}", words.hints);
    client.write_known_hosts(&wanted);
    client.connect(server.port, &quick()).await.expect("the line is the right one");
}

#[tokio::test]
async fn a_changed_key_is_refused_with_both_fingerprints_and_the_line() {
    let (client, key, old) =
        (Client::new(), new_key(Algorithm::Ed25519), new_key(Algorithm::Ed25519));
    let server = server_with(&key, &client).await;
    client.write_known_hosts(&format!("# a\n\n{}", line(server.port, old.public_key())));
    let (error, words) = refusal(&server, &client).await;
    assert_eq!(error.exit(), Exit::HostKey);
    for part in [&fingerprint(&key), &fingerprint(&old), "known_hosts:3"] {
        assert!(words.chain.contains(part), "`{part}` is not in `{}`", words.chain);
    }
}

#[tokio::test]
async fn a_revoked_key_is_refused_although_it_is_on_record() {
    let (client, key) = (Client::new(), new_key(Algorithm::Ed25519));
    let server = server_with(&key, &client).await;
    let plain = line(server.port, key.public_key());
    let blob = plain.split_once(' ').unwrap().1;
    client.write_known_hosts(&format!("{plain}@revoked * {blob}"));
    let (error, words) = refusal(&server, &client).await;
    assert_eq!(error.exit(), Exit::HostKey);
    assert!(words.chain.contains("revoked at"), "{}", words.chain);
}

#[tokio::test]
async fn a_host_with_keys_of_other_types_only_is_not_called_unknown() {
    let (client, key) = (Client::new(), new_key(Algorithm::Ed25519));
    let server = server_with(&key, &client).await;
    let other = new_key(Algorithm::Ecdsa { curve: EcdsaCurve::NistP256 });
    client.trust(server.port, other.public_key());
    let (error, words) = refusal(&server, &client).await;
    assert_eq!(error.exit(), Exit::HostKey);
    let ConnectError::HostKey { source, .. } = &error else { panic!("{error:?}") };
    assert!(matches!(**source, HostKeyError::OtherType { .. }), "{source:?}");
    assert!(words.chain.contains("ssh-ed25519"), "{}", words.chain);
    assert!(words.chain.contains("ecdsa-sha2-nistp256"), "{}", words.chain);
}

#[tokio::test]
async fn a_host_with_two_keys_is_asked_for_the_one_on_record() {
    let client = Client::new();
    let (first, second) =
        (new_key(Algorithm::Ed25519), new_key(Algorithm::Ecdsa { curve: EcdsaCurve::NistP384 }));
    let mut character = Character::with_host_key(first);
    character.host_keys.push(second.clone());
    character.accepted.push(client.key.public_key().clone());
    let server = Server::start(character).await;
    client.trust(server.port, second.public_key());
    client.connect(server.port, &quick()).await.expect("the recorded key is there");
}

#[tokio::test]
async fn known_hosts_that_cannot_be_read_are_not_an_unknown_host() {
    let (client, key) = (Client::new(), new_key(Algorithm::Ed25519));
    let server = server_with(&key, &client).await;
    let missing = refusal(&server, &client).await.0;
    assert_eq!(missing.exit(), Exit::Refused);
    std::fs::create_dir(client.known_hosts()).unwrap();
    let directory = refusal(&server, &client).await.0;
    assert_eq!(directory.exit(), Exit::Refused);
    assert_eq!(server.log.connections.load(SeqCst), 0, "nobody was even dialled");
}

#[tokio::test]
async fn a_host_with_nothing_but_weak_algorithms_is_refused_with_both_lists() {
    let (client, key) = (Client::new(), new_key(Algorithm::Ed25519));
    let mut character = Character::with_host_key(key.clone());
    character.preferred.kex = vec![russh::kex::DH_G14_SHA1, russh::kex::DH_G1_SHA1].into();
    let server = Server::start(character).await;
    client.trust(server.port, key.public_key());
    let (error, words) = refusal(&server, &client).await;
    assert_eq!(error.exit(), Exit::HostKey);
    assert!(matches!(error, ConnectError::NoCommonAlgorithm { .. }), "{error:?}");
    assert!(words.chain.contains("curve25519-sha256"), "{}", words.chain);
    assert!(words.chain.contains("diffie-hellman-group14-sha1"), "{}", words.chain);
}

#[tokio::test]
async fn chacha20_without_strict_key_exchange_is_refused() {
    let (client, key) = (Client::new(), new_key(Algorithm::Ed25519));
    let mut character = Character::with_host_key(key.clone());
    character.preferred.kex = vec![russh::kex::CURVE25519].into();
    character.preferred.cipher = vec![russh::cipher::CHACHA20_POLY1305].into();
    let server = Server::start(character.clone()).await;
    client.trust(server.port, key.public_key());
    let (error, _) = refusal(&server, &client).await;
    assert!(matches!(error, ConnectError::Weak { .. }), "{error:?}");
    // The same server is fine as soon as it is strict.
    let strict = russh::kex::EXTENSION_OPENSSH_STRICT_KEX_AS_SERVER;
    character.preferred.kex = vec![russh::kex::CURVE25519, strict].into();
    character.accepted.push(client.key.public_key().clone());
    let server = Server::start(character).await;
    client.trust(server.port, key.public_key());
    client.connect(server.port, &quick()).await.expect("a session");
}
