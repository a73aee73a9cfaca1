//! Which moves `setParameter` takes, asked of real servers under both names: the rules of
//! `cluster/mode.rs` are theirs. The ids are those of `docs/scenarios.md`.

use mongodb::bson::{Document, doc};
use tlsplan::{
    client::{
        database::{Database, DatabaseError},
        endpoint::Credential,
        parameters::tls_mode,
    },
    cluster::mode::{OptionNames, RuntimeMove, TlsMode},
    secret::Secret,
};

use crate::{
    either::{By, Either, both},
    server::{KeyFile, Mongod},
};

/// `{ setParameter: 1, tlsMode: "…" }`.
fn wish(option_names: OptionNames, word: &str) -> Document {
    let name = match option_names {
        OptionNames::Tls => "tlsMode",
        OptionNames::Ssl => "sslMode",
    };
    doc! { "setParameter": 1, name: word }
}

fn is_refused(answer: Result<Document, DatabaseError>) -> bool {
    match answer {
        Ok(_) => false,
        Err(DatabaseError::Command { code: 2, .. }) => true,
        Err(error) => panic!("{error}"),
    }
}

/// Everything but the one legal move first, as that cannot be taken back.
async fn from_a_mode(either: &Either, from: TlsMode, option_names: OptionNames) {
    let server = either.start(from.name_in(OptionNames::Tls), &[]);
    let db = either.connect(&server, By::Tls, None).await;
    assert!(is_refused(db.run(wish(option_names, "invalid")).await), "{from} to nonsense");
    let (legal, illegal): (Vec<_>, Vec<_>) =
        TlsMode::ALL.into_iter().partition(|&to| from.runtime_move(to) == RuntimeMove::Legal);
    for to in illegal {
        assert!(
            is_refused(db.run(wish(option_names, to.name_in(option_names))).await),
            "{from} to {to}"
        );
        assert_eq!(tls_mode(&*db).await.unwrap(), from, "after {to} was refused");
    }
    for &to in &legal {
        db.run(wish(option_names, to.name_in(option_names))).await.unwrap();
        assert_eq!(tls_mode(&*db).await.unwrap(), to);
    }
    assert_eq!(legal.len(), usize::from(from != TlsMode::Require), "{from}");
}

#[tokio::test]
#[ignore = "needs what `lab binaries` prints"]
async fn t1_to_t15_of_all_moves_at_run_time_two_are_taken() {
    for either in both().await {
        for option_names in [OptionNames::Tls, OptionNames::Ssl] {
            for from in [TlsMode::Allow, TlsMode::Prefer, TlsMode::Require] {
                from_a_mode(&either, from, option_names).await;
            }
        }
    }
}

#[tokio::test]
#[ignore = "needs what `lab binaries` prints"]
async fn t16_to_t18_from_disabled_no_move_is_taken() {
    for either in both().await {
        let server = either.start("disabled", &[]);
        let db = either.connect(&server, By::Plaintext, None).await;
        for option_names in [OptionNames::Tls, OptionNames::Ssl] {
            for to in TlsMode::ALL {
                assert_ne!(TlsMode::Disabled.runtime_move(to), RuntimeMove::Legal);
                assert!(
                    is_refused(db.run(wish(option_names, to.name_in(option_names))).await),
                    "{to}"
                );
            }
        }
        assert_eq!(tls_mode(&*db).await.unwrap(), TlsMode::Disabled);
    }
}

#[tokio::test]
#[ignore = "needs what `lab binaries` prints"]
async fn t19_after_the_move_to_require_tls_plaintext_is_refused() {
    for either in both().await {
        let server = either.start("preferTLS", &[]);
        let db = either.connect(&server, By::Tls, None).await;
        either.connect(&server, By::Plaintext, None).await;
        db.run(wish(OptionNames::Tls, "requireTLS")).await.unwrap();
        assert!(either.try_connect(&server, By::Plaintext, None).await.is_err());
        either.connect(&server, By::Tls, None).await;
    }
}

/// How members log in to each other moves by itself, and not before they speak TLS with each other.
#[tokio::test]
#[ignore = "needs what `lab binaries` prints"]
async fn t20_the_login_of_members_moves_only_upwards_and_never_at_allow_tls() {
    for either in both().await {
        for (mode, words) in [
            ("allowTLS", &[("sendX509", false), ("x509", false), ("sendKeyFile", false)][..]),
            (
                "preferTLS",
                &[("x509", false), ("sendX509", true), ("sendKeyFile", false), ("x509", true)],
            ),
        ] {
            let key = KeyFile::new();
            let more = ["--keyFile", key.path(), "--clusterAuthMode", "sendKeyFile"];
            let server = either.start(mode, &more);
            let db = logged_in(&either, &server).await;
            for &(word, taken) in words {
                let answer = db.run(doc! { "setParameter": 1, "clusterAuthMode": word }).await;
                assert_eq!(answer.is_ok(), taken, "{} {mode} {word}: {answer:?}", either.binary);
            }
        }
    }
}

/// The first user of a server may be made from its own host without a login.
async fn logged_in(either: &Either, server: &Mongod) -> Box<dyn Database> {
    let anybody = either.connect(server, By::Tls, None).await;
    let user = doc! { "createUser": "admin", "pwd": "sesame", "roles": ["root"] };
    anybody.run(user).await.unwrap();
    let password = Secret::new("sesame".to_owned());
    let login = Credential { username: "admin".to_owned(), password };
    either.connect(server, By::Tls, Some(&login)).await
}
