//! Keys that open the door, and keys that do not.

use std::{path::Path, sync::Arc};

use russh::keys::Algorithm;
use tlsplan::{
    error::{Designed, Exit},
    secret::Secret,
    ssh::{self, ConnectError, Credentials, KeyFileError, Phase, Prompt, Session},
};

use crate::{
    server::{Character, Server, new_key},
    setup::{Client, chain, quick, shown},
};

async fn server_for(client: &Client, change: impl FnOnce(&mut Character)) -> Server {
    let key = new_key(Algorithm::Ed25519);
    let mut character = Character::with_host_key(key.clone());
    character.accepted.push(client.key.public_key().clone());
    change(&mut character);
    let server = Server::start(character).await;
    client.trust(server.port, key.public_key());
    server
}

async fn login(
    client: &Client,
    server: &Server,
    credentials: &Credentials,
) -> Result<Session, ConnectError> {
    ssh::connect(&client.target(server.port), credentials, &quick()).await
}

#[tokio::test]
async fn a_refused_key_is_named_with_what_the_host_would_take() {
    let client = Client::new();
    let server = server_for(&client, |c| {
        c.accepted.clear();
        c.banner = Some("Only for staff\n".to_owned());
    })
    .await;
    let error = client.connect(server.port, &quick()).await.map(|_| ()).unwrap_err();
    assert_eq!(error.exit(), Exit::Permission);
    assert!(matches!(error, ConnectError::Refused(_)), "{error:?}");
    let hints = error.hints().join("\n");
    let identity = shown(&client.identity_file());
    for part in ["SHA256:", &identity, "publickey", "Only for staff", "deploy@127.0.0.1"] {
        assert!(hints.contains(part), "`{part}` is not in\n{hints}");
    }
}

#[tokio::test]
async fn a_connection_that_dies_at_the_login_is_no_refusal() {
    let client = Client::new();
    let server = server_for(&client, |c| c.dies_at_login = true).await;
    let error = client.connect(server.port, &quick()).await.map(|_| ()).unwrap_err();
    assert!(matches!(error, ConnectError::Ended { phase: Phase::Login, .. }), "{error:?}");
    assert_eq!(error.exit(), Exit::Unreachable);
}

#[tokio::test]
async fn a_key_that_others_can_read_is_not_used() {
    let client = Client::new();
    let server = server_for(&client, |_| {}).await;
    client.save(&client.key, 0o640);
    let error = client.connect(server.port, &quick()).await.map(|_| ()).unwrap_err();
    assert_eq!(error.exit(), Exit::Permission);
    assert!(chain(&error).contains("0640"), "{}", chain(&error));
    assert!(error.hints().join("\n").contains("chmod 600"), "{:?}", error.hints());
    assert_eq!(server.log.connections.load(std::sync::atomic::Ordering::SeqCst), 0);
}

fn encrypt(client: &Client) {
    let locked = client.key.encrypt(&mut rand::rng(), "sesame").unwrap();
    client.save(&locked, 0o600);
}

fn key_file_error(result: Result<Session, ConnectError>) -> KeyFileError {
    match result.map(|_| ()) {
        Err(ConnectError::KeyFile { source, .. }) => source,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_encrypted_key_opens_with_its_passphrase_only() {
    let client = Client::new();
    let server = server_for(&client, |_| {}).await;
    encrypt(&client);
    let secret = |text: &str| Secret::new(text.to_owned());
    let right = client.credentials().with_passphrase(secret("sesame"));
    login(&client, &server, &right).await.expect("the right passphrase");
    let wrong = client.credentials().with_passphrase(secret("Sesame"));
    let error = key_file_error(login(&client, &server, &wrong).await);
    assert!(matches!(error, KeyFileError::Passphrase { .. }), "{error:?}");
    let error = key_file_error(login(&client, &server, &client.credentials()).await);
    assert!(matches!(error, KeyFileError::Encrypted { .. }), "{error:?}");
}

#[derive(Default)]
struct Person(std::sync::atomic::AtomicUsize);

impl Prompt for Person {
    fn passphrase(&self, _key: &Path) -> Option<Secret> {
        self.0.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        Some(Secret::new("sesame".to_owned()))
    }
}

#[tokio::test]
async fn a_person_is_asked_once_for_all_hosts() {
    let client = Client::new();
    let server = server_for(&client, |_| {}).await;
    encrypt(&client);
    let person = Arc::new(Person::default());
    let credentials = client.credentials().with_prompt(person.clone());
    let (one, two) =
        tokio::join!(login(&client, &server, &credentials), login(&client, &server, &credentials));
    assert!(one.is_ok() && two.is_ok());
    assert_eq!(person.0.load(std::sync::atomic::Ordering::SeqCst), 1);
}

#[tokio::test]
async fn no_secret_shows_in_debug_output() {
    let credentials = Credentials::new(None).with_passphrase(Secret::new("sesame".to_owned()));
    assert!(!format!("{credentials:?}").contains("sesame"));
}
