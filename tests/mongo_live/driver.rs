//! The driver and the typed operations.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    sync::Arc,
    time::{Duration, Instant},
};

use mongodb::bson::doc;
use tlsplan::{
    client::{
        current_op::client_operations,
        database::{Database, DatabaseError, NoSet},
        driver::Driver,
        endpoint::{Credential, Endpoint},
        hello::{Role, hello},
        parameters::{set_shutdown_sleep, set_tls_mode, shutdown_sleep, tls_mode},
        process::{command_line, server_pid},
        replication_commands::{append_note, drop_connections, step_down},
        view::{replica_status, server_view},
    },
    cluster::{
        mode::{OptionNames, TlsMode},
        topology::{MemberKind, MemberState, ServerView},
        version::ServerVersion,
    },
    event::DatabaseClient,
    secret::Secret,
};

use crate::{
    server::{Mongod, initiate, members_config},
    transport::Local,
};

async fn refusal(endpoint: &Endpoint) -> DatabaseError {
    match Driver::connect(Arc::new(Local), endpoint).await {
        Err(error) => error,
        Ok(_) => panic!("the connection was expected to fail"),
    }
}

#[tokio::test]
#[ignore = "needs a mongod binary in TLSPLAN_TEST_MONGOD"]
async fn a_member_is_viewed_and_moved_and_its_set_is_spoken_to() {
    let members = [(); 3].map(|()| Mongod::member("allowTLS"));
    let db = members[0].connect(&members[0].endpoint()).await;
    assert!(matches!(server_view(&db).await, Err(DatabaseError::NoSet(NoSet::NotInitiated))));
    assert_eq!(hello(&db).await.unwrap().role, Role::None);
    members[1].connect(&members[1].endpoint()).await;
    let arbiter = members[2].connect(&members[2].endpoint()).await;
    initiate(&db, &members.each_ref()).await;

    let view = server_view(&db).await.unwrap();
    assert_eq!(view.mode, TlsMode::Allow);
    assert_eq!(view.config.members[2].kind, MemberKind::Arbiter);
    assert_eq!(view.status.own().unwrap().state, MemberState::Primary);
    assert_eq!((view.status.majority_votes, view.status.write_majority), (2, 2));
    assert_eq!(hello(&db).await.unwrap().me, Some(view.status.me.clone()));
    assert_eq!(
        server_view(&arbiter).await.unwrap().status.own().unwrap().state,
        MemberState::Arbiter
    );

    let note = append_note(&db).await.unwrap();
    let own = replica_status(&db).await.unwrap().own().unwrap().applied;
    assert!(own >= note, "{own:?} {note:?}");

    let peers = [view.config.members[1].name.clone()];
    drop_connections(&db, &peers).await.unwrap();
    let known = command_line(&db).await.unwrap();
    assert!(known.argv.contains(&"--replSet".to_owned()) && known.config_file.is_none());
    assert_eq!(set_tls_mode(&db, TlsMode::Prefer, OptionNames::Ssl).await.unwrap(), TlsMode::Allow);
    assert_eq!(tls_mode(&db).await.unwrap(), TlsMode::Prefer);
    let again = set_tls_mode(&db, TlsMode::Prefer, OptionNames::Tls).await.unwrap_err();
    assert!(matches!(again, DatabaseError::Command { code: 2, .. }), "{again:?}");

    step_down(&db, Duration::from_secs(20), Duration::from_secs(10)).await.unwrap();
    let again = step_down(&db, Duration::from_secs(20), Duration::from_secs(10)).await;
    assert!(matches!(again, Err(DatabaseError::Command { code: 10107 | 189, .. })), "{again:?}");
}

#[tokio::test]
#[ignore = "needs a mongod binary in TLSPLAN_TEST_MONGOD"]
async fn only_a_member_with_the_right_name_and_authority_is_believed() {
    let server = Mongod::start("requireTLS", &[]);
    let endpoint = server.tls_endpoint();
    let db = server.connect(&endpoint).await;
    assert_eq!(tls_mode(&db).await.unwrap(), TlsMode::Require);
    assert!(matches!(server_view(&db).await, Err(DatabaseError::NoSet(NoSet::Standalone))));

    let began = Instant::now();
    let other_name = Endpoint { tls_server_name: "db2.tlsplan.test".into(), ..endpoint.clone() };
    let mut other_ca = endpoint.clone();
    other_ca.tls.as_mut().unwrap().ca_file.clone_from(&server.certificates.other_ca);
    let mut no_certificate = endpoint.clone();
    no_certificate.tls.as_mut().unwrap().certificate_key_file = None;
    let mut missing = endpoint.clone();
    missing.tls.as_mut().unwrap().ca_file = "/nonexistent/ca.pem".into();
    for (endpoint, what) in [
        (&other_name, "another name"),
        (&other_ca, "another authority"),
        (&no_certificate, "no certificate of our own"),
        (&server.endpoint(), "plaintext"),
    ] {
        let error = refusal(endpoint).await;
        assert!(matches!(error, DatabaseError::NoReply(_)), "{what}: {error:?}");
    }
    assert!(matches!(refusal(&missing).await, DatabaseError::Client(_)));
    assert!(began.elapsed() < Duration::from_secs(3), "a refusal is told at once");
}

#[tokio::test]
#[ignore = "needs a mongod binary in TLSPLAN_TEST_MONGOD"]
async fn a_login_is_used_and_its_refusal_is_told_from_silence() {
    let server = Mongod::start("disabled", &["--auth"]);
    let endpoint = server.endpoint();
    let nobody = server.connect(&endpoint).await;
    let user = doc! { "createUser": "admin", "pwd": "p@ss:word/", "roles": ["root"] };
    nobody.run(user).await.unwrap();
    let login = |password: &str| Endpoint {
        credential: Some(Credential {
            username: "admin".into(),
            password: Secret::new(password.into()),
        }),
        ..endpoint.clone()
    };
    let db = Driver::connect(Arc::new(Local), &login("p@ss:word/")).await.unwrap();
    assert_eq!(tls_mode(&db).await.unwrap(), TlsMode::Disabled);
    let error = refusal(&login("wrong")).await;
    assert!(matches!(error, DatabaseError::Login(_)), "{error:?}");
    assert!(!format!("{error:?}").contains("wrong"));
    let refused = nobody.run(doc! { "listDatabases": 1 }).await;
    assert!(matches!(refused, Err(DatabaseError::Command { code: 13, .. })), "{refused:?}");
}

#[tokio::test]
#[ignore = "needs a mongod binary in TLSPLAN_TEST_MONGOD"]
async fn an_arbiter_under_authentication_is_seen_without_a_login_and_only_so() {
    let folder = tempfile::TempDir::new().unwrap();
    let key = folder.path().join("key");
    fs::write(&key, "c2VjcmV0IG9mIHRoZSBtZW1iZXJz").unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    let more = ["--replSet", "rs0", "--keyFile", key.to_str().unwrap()];
    let members = [(); 3].map(|()| Mongod::start("allowTLS", &more));
    let db = members[0].connect(&members[0].endpoint()).await;
    members[1].connect(&members[1].endpoint()).await;
    members[2].connect(&members[2].endpoint()).await;
    let config = members_config(&members.each_ref());
    db.run(doc! { "replSetInitiate": config }).await.unwrap();
    let user = doc! { "createUser": "admin", "pwd": "secret", "roles": ["root"] };
    let deadline = Instant::now() + Duration::from_secs(60);
    while db.run(user.clone()).await.is_err() {
        assert!(Instant::now() < deadline);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let credential =
        Credential { username: "admin".into(), password: Secret::new("secret".into()) };
    let login =
        |member: &Mongod| Endpoint { credential: Some(credential.clone()), ..member.endpoint() };
    let db = Driver::connect(Arc::new(Local), &login(&members[0])).await.unwrap();
    assert_eq!(server_view(&db).await.unwrap().mode, TlsMode::Allow);
    // A driver does not log in to an arbiter, whatever it was given.
    for endpoint in [members[2].endpoint(), login(&members[2])] {
        let arbiter = Driver::connect(Arc::new(Local), &endpoint).await.unwrap();
        let seen = server_view(&arbiter).await.unwrap();
        let told = server_view(&db).await.unwrap();
        assert_eq!((seen.mode, seen.config.version), (TlsMode::Allow, told.config.version));
        let names = |view: &ServerView| {
            let members = view.config.members.iter();
            members.map(|member| (member.name.clone(), member.kind)).collect::<Vec<_>>()
        };
        assert_eq!(names(&seen), names(&told));
        command_line(&arbiter).await.unwrap();
        assert_eq!(server_pid(&arbiter).await.unwrap(), members[2].pid());
        let refused = set_tls_mode(&arbiter, TlsMode::Prefer, OptionNames::Tls).await;
        assert!(matches!(refused, Err(DatabaseError::Command { code: 13, .. })), "{refused:?}");
        assert!(client_operations(&arbiter).await.is_err());
    }
}

#[tokio::test]
#[ignore = "needs a mongod binary in TLSPLAN_TEST_MONGOD"]
async fn a_server_that_is_gone_is_told_at_once_and_found_again() {
    let server = Mongod::start("disabled", &[]);
    let endpoint = server.endpoint();
    let db = server.connect(&endpoint).await;
    drop(server);
    assert!(matches!(db.run(doc! { "ping": 1 }).await, Err(DatabaseError::NoReply(_))));
    let began = Instant::now();
    let error = refusal(&endpoint).await;
    assert!(began.elapsed() < Duration::from_secs(1));
    let DatabaseError::NoReply(cause) = error else { panic!("{error:?}") };
    assert_eq!(cause.to_string(), format!("no connection to port {} on the host", endpoint.port));
}

#[tokio::test]
#[ignore = "needs a mongod binary in TLSPLAN_TEST_MONGOD"]
async fn the_work_of_clients_is_seen_and_ours_is_not() {
    let server = Mongod::start("disabled", &["--setParameter", "enableTestCommands=1"]);
    let db = server.connect(&server.endpoint()).await;
    assert_eq!(client_operations(&db).await.unwrap(), []);

    let mut options = mongodb::options::ClientOptions::parse(format!(
        "mongodb://127.0.0.1:{}/?directConnection=true&appName=shop",
        server.port
    ))
    .await
    .unwrap();
    options.min_pool_size = Some(2);
    let shop = mongodb::Client::with_options(options).unwrap();
    let work = tokio::spawn(async move {
        let slow = doc! { "sleep": 1, "millis": 3000, "lock": "none" };
        shop.database("admin").run_command(slow).await
    });
    let deadline = Instant::now() + Duration::from_secs(10);
    let seen = loop {
        let seen = client_operations(&db).await.unwrap();
        if !seen.is_empty() {
            break seen;
        }
        assert!(Instant::now() < deadline && !work.is_finished());
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert_eq!(seen.len(), 1, "{seen:?}");
    assert_eq!((seen[0].app.as_deref(), seen[0].kind.as_str()), (Some("shop"), "command"));
    work.await.unwrap().unwrap();
    // A client that leaves says goodbye, which is an operation too.
    while !client_operations(&db).await.unwrap().is_empty() {
        assert!(Instant::now() < deadline);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
#[ignore = "needs a mongod binary in TLSPLAN_TEST_MONGOD"]
async fn the_sleep_before_a_stop_is_there_from_5_0_on() {
    let server = Mongod::start("disabled", &[]);
    let db = server.connect(&server.endpoint()).await;
    let version = tlsplan::client::view::server_version(&db).await.unwrap();
    let sleep = shutdown_sleep(&db).await.unwrap();
    assert_eq!(sleep.is_some(), version >= ServerVersion(5, 0, 0));
    if let Some(sleep) = sleep {
        let was = set_shutdown_sleep(&db, Duration::from_millis(100)).await.unwrap();
        assert_eq!(was, sleep);
        assert_eq!(shutdown_sleep(&db).await.unwrap(), Some(Duration::from_millis(100)));
    }
}

/// Not a judgement, a measurement: run it with `--nocapture` and `--release` to see numbers.
#[tokio::test]
#[ignore = "needs a mongod binary in TLSPLAN_TEST_MONGOD"]
async fn connecting_and_asking_is_quick() {
    let server = Mongod::start("preferTLS", &[]);
    for endpoint in [server.endpoint(), server.tls_endpoint()] {
        let db = server.connect(&endpoint).await;
        assert_eq!(db.client(), DatabaseClient::Driver);
        let began = Instant::now();
        for _ in 0..10 {
            let fresh = Driver::connect(Arc::new(Local), &endpoint).await.unwrap();
            tls_mode(&fresh).await.unwrap();
        }
        let connect = began.elapsed() / 10;
        let began = Instant::now();
        for _ in 0..100 {
            tls_mode(&db).await.unwrap();
        }
        let command = began.elapsed() / 100;
        let tls = endpoint.tls.is_some();
        println!("tls {tls}: connect and first command {connect:?}, each more {command:?}");
        assert!(connect < Duration::from_millis(500) && command < Duration::from_millis(50));
    }
}
