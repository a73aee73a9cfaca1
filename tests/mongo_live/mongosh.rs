//! mongosh, kept open, with the member's own certificate.

use std::{
    env,
    error::Error,
    fs,
    os::unix::fs::MetadataExt,
    sync::Arc,
    time::{Duration, Instant},
};

use mongodb::bson::doc;
use tlsplan::{
    client::{
        agent::Agent,
        current_op::client_operations,
        database::{Database, DatabaseError},
        driver::Driver,
        endpoint::{Credential, Endpoint},
        mongosh::Mongosh,
        parameters::{set_tls_mode, shutdown_sleep, tls_mode},
        replication_commands::append_note,
        settings::TlsFiles,
        view::{replica_status, server_view},
    },
    cluster::{
        mode::{OptionNames, TlsMode},
        version::ServerVersion,
    },
    event::DatabaseClient,
    host::{
        interactive::InteractiveHost,
        transport::{Pending, Process},
    },
    secret::Secret,
};
use tokio::process::Command;

use crate::{
    server::{Mongod, initiate},
    transport::{Local, start},
};

/// This machine as a host where we are root already.
pub(crate) struct Here {
    path: String,
}

impl InteractiveHost for Here {
    fn start_interactive<'a>(
        &'a self,
        _: &'a str,
        script: &'static str,
        arguments: [&'a str; 2],
    ) -> Pending<'a, Result<Process, Box<dyn Error + Send + Sync>>> {
        let mut command = Command::new("/bin/sh");
        command.env_clear().env("PATH", &self.path).env("LC_ALL", "C");
        command.args(["-c", script, "tlsplan"]).args(arguments);
        Box::pin(async move { Ok(start(&mut command)) })
    }
}

pub(crate) fn here() -> Here {
    let folder = env::var("TLSPLAN_TEST_MONGOSH").expect("TLSPLAN_TEST_MONGOSH names a folder");
    Here::in_folder(&folder)
}

impl Here {
    /// With the mongosh in this folder.
    pub(crate) fn in_folder(folder: &str) -> Self {
        Self { path: format!("{folder}:/usr/sbin:/usr/bin:/sbin:/bin") }
    }
}

async fn agent() -> Arc<Agent> {
    Agent::start(&here(), "root").await.unwrap()
}

fn endpoint(server: &Mongod) -> Endpoint<TlsFiles> {
    let Endpoint { address, port, tls_server_name, credential, connect_timeout, .. } =
        server.endpoint();
    Endpoint { address, port, tls_server_name, credential, connect_timeout, tls: None }
}

/// As the host itself would: with the member's certificate.
fn tls_endpoint(server: &Mongod) -> Endpoint<TlsFiles> {
    let path = |path: &std::path::Path| Some(path.to_str().unwrap().to_owned());
    let files = TlsFiles {
        ca_file: path(&server.certificates.ca),
        certificate_key_file: path(&server.certificates.member),
    };
    Endpoint { tls: Some(files), ..endpoint(server) }
}

async fn connect(agent: &Arc<Agent>, endpoint: &Endpoint<TlsFiles>) -> Mongosh {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        match Mongosh::connect(Arc::clone(agent), endpoint).await {
            Ok(shell) => return shell,
            Err(DatabaseError::NoReply(_)) if Instant::now() < deadline => {}
            Err(error) => panic!("{error:?}"),
        }
    }
}

async fn refusal(agent: &Arc<Agent>, endpoint: &Endpoint<TlsFiles>) -> DatabaseError {
    match Mongosh::connect(Arc::clone(agent), endpoint).await {
        Err(error) => error,
        Ok(_) => panic!("the connection was expected to fail"),
    }
}

#[tokio::test]
#[ignore = "needs root, TLSPLAN_TEST_MONGOD and TLSPLAN_TEST_MONGOSH"]
async fn a_set_is_viewed_and_a_mode_is_moved() {
    let members = [(); 3].map(|()| Mongod::member("allowTLS"));
    let agent = agent().await;
    let db = connect(&agent, &endpoint(&members[0])).await;
    for member in &members[1..] {
        connect(&agent, &endpoint(member)).await;
    }
    initiate(&db, &members.each_ref()).await;
    let view = server_view(&db).await.unwrap();
    assert_eq!((view.mode, view.config.members.len()), (TlsMode::Allow, 3));
    let note = append_note(&db).await.unwrap();
    assert!(replica_status(&db).await.unwrap().own().unwrap().applied >= note);
    assert_eq!(set_tls_mode(&db, TlsMode::Prefer, OptionNames::Tls).await.unwrap(), TlsMode::Allow);
    assert_eq!(tls_mode(&db).await.unwrap(), TlsMode::Prefer);
    let again = set_tls_mode(&db, TlsMode::Prefer, OptionNames::Tls).await;
    assert!(matches!(again, Err(DatabaseError::Command { code: 2, .. })), "{again:?}");
    assert_eq!(client_operations(&db).await.unwrap(), []);
    let secondary = connect(&agent, &endpoint(&members[1])).await;
    assert_eq!(client_operations(&secondary).await.unwrap(), []);
    assert_eq!(
        shutdown_sleep(&db).await.unwrap().is_some(),
        view.version >= ServerVersion(5, 0, 0)
    );
}

#[tokio::test]
#[ignore = "needs root, TLSPLAN_TEST_MONGOD and TLSPLAN_TEST_MONGOSH"]
async fn the_true_name_is_verified_while_the_loopback_is_dialled() {
    let server = Mongod::start("requireTLS", &[]);
    let agent = agent().await;
    let right = tls_endpoint(&server);
    let db = connect(&agent, &right).await;
    assert_eq!(tls_mode(&db).await.unwrap(), TlsMode::Require);

    let other_name = Endpoint { tls_server_name: "db2.tlsplan.test".into(), ..right.clone() };
    let mut other_ca = right.clone();
    other_ca.tls.as_mut().unwrap().ca_file =
        server.certificates.other_ca.to_str().map(str::to_owned);
    for (wrong, what) in [
        (&other_name, "another name"),
        (&other_ca, "another authority"),
        (&endpoint(&server), "plaintext"),
    ] {
        let error = refusal(&agent, wrong).await;
        assert!(matches!(error, DatabaseError::NoReply(_)), "{what}: {error:?}");
    }
    let mut missing = right.clone();
    missing.tls.as_mut().unwrap().ca_file = Some("/nonexistent/ca.pem".into());
    let error = refusal(&agent, &missing).await;
    assert!(matches!(error, DatabaseError::Client(_)), "{error:?}");
    assert_eq!(tls_mode(&db).await.unwrap(), TlsMode::Require);
}

#[tokio::test]
#[ignore = "needs root, TLSPLAN_TEST_MONGOD and TLSPLAN_TEST_MONGOSH"]
async fn a_login_is_used_and_nowhere_to_be_seen() {
    const PASSWORD: &str = "p@ss:word/c7d1f0a93e";
    let server = Mongod::start("disabled", &["--auth"]);
    let agent = agent().await;
    let nobody = connect(&agent, &endpoint(&server)).await;
    let user = doc! { "createUser": "admin", "pwd": PASSWORD, "roles": ["root"] };
    nobody.run(user).await.unwrap();
    let login = |password: &str| Endpoint {
        credential: Some(Credential {
            username: "admin".into(),
            password: Secret::new(password.into()),
        }),
        ..endpoint(&server)
    };
    let db = connect(&agent, &login(PASSWORD)).await;
    assert_eq!(tls_mode(&db).await.unwrap(), TlsMode::Disabled);
    assert!(!seen_in_processes("c7d1f0a93e"), "the password is in an argument or an environment");
    let error = refusal(&agent, &login("wrong/c7d1f0a93e")).await;
    assert!(matches!(error, DatabaseError::Login(_)), "{error:?}");
    assert!(!format!("{error:?}").contains("c7d1f0a93e"));
}

fn seen_in_processes(text: &str) -> bool {
    let me = std::process::id().to_string();
    fs::read_dir("/proc").unwrap().flatten().any(|entry| {
        let seen = |file: &str| fs::read(entry.path().join(file)).unwrap_or_default();
        let bytes = [seen("cmdline"), seen("environ")].concat();
        let ours = entry.file_name().to_str() == Some(&me);
        !ours && bytes.windows(text.len()).any(|window| window == text.as_bytes())
    })
}

#[tokio::test]
#[ignore = "needs root, TLSPLAN_TEST_MONGOD and TLSPLAN_TEST_MONGOSH"]
async fn a_member_that_is_gone_is_told_and_a_mongosh_that_is_missing_too() {
    let server = Mongod::start("disabled", &[]);
    let agent = agent().await;
    let there = endpoint(&server);
    let db = connect(&agent, &there).await;
    drop(server);
    let error = db.run(doc! { "ping": 1 }).await.unwrap_err();
    assert!(matches!(error, DatabaseError::NoReply(_)), "{error:?}");
    let error = refusal(&agent, &there).await;
    assert!(matches!(error, DatabaseError::NoReply(_)), "{error:?}");

    let bare = Here { path: "/usr/sbin:/usr/bin:/sbin:/bin".into() };
    let missing = Agent::start(&bare, "root").await.unwrap();
    let error = refusal(&missing, &there).await;
    let DatabaseError::Client(cause) = error else { panic!("{error:?}") };
    assert!(cause.to_string().contains("mongosh is not installed"), "{cause}");
}

#[tokio::test]
#[ignore = "needs root, TLSPLAN_TEST_MONGOD and TLSPLAN_TEST_MONGOSH"]
async fn nothing_stays_behind() {
    let server = Mongod::start("disabled", &[]);
    // The other tests run as root; this one's home is known by its owner.
    let agent = Agent::start(&here(), "nobody").await.unwrap();
    let db = connect(&agent, &endpoint(&server)).await;
    let homes = || {
        let homes = fs::read_dir("/tmp")
            .unwrap()
            .flatten()
            .filter(|entry| entry.file_name().to_string_lossy().starts_with("tlsplan-mongosh."));
        homes.filter(|home| home.metadata().is_ok_and(|about| about.uid() != 0)).count()
    };
    assert!(homes() > 0);
    drop((db, agent));
    let deadline = Instant::now() + Duration::from_secs(10);
    while homes() > 0 {
        assert!(Instant::now() < deadline, "a home is left");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
#[ignore = "needs root, TLSPLAN_TEST_MONGOD and TLSPLAN_TEST_MONGOSH"]
async fn starting_is_slow_and_asking_is_quick() {
    let server = Mongod::start("preferTLS", &[]);
    let first = agent().await;
    connect(&first, &endpoint(&server)).await;
    let began = Instant::now();
    let agent = agent().await;
    let started = began.elapsed();
    let began = Instant::now();
    let db = connect(&agent, &endpoint(&server)).await;
    let ready = began.elapsed();
    let began = Instant::now();
    let tls = connect(&agent, &tls_endpoint(&server)).await;
    let over_tls = began.elapsed();
    assert_eq!(db.client(), DatabaseClient::Mongosh);
    let began = Instant::now();
    for _ in 0..100 {
        tls_mode(&tls).await.unwrap();
    }
    let command = began.elapsed() / 100;
    println!(
        "start {started:?}, first answer {ready:?}, more over TLS {over_tls:?}, each {command:?}"
    );
    assert!(command < Duration::from_millis(100));
}

#[tokio::test]
#[ignore = "needs root, TLSPLAN_TEST_OLD_MONGOD (4.2) and TLSPLAN_TEST_MONGOSH (2.x)"]
async fn a_client_that_is_too_new_for_the_server_says_so() {
    let old = env::var("TLSPLAN_TEST_OLD_MONGOD").expect("TLSPLAN_TEST_OLD_MONGOD names a mongod");
    let server = Mongod::start_binary(&old, "disabled", &[]);
    let agent = agent().await;
    let deadline = Instant::now() + Duration::from_secs(60);
    let error = loop {
        match refusal(&agent, &endpoint(&server)).await {
            DatabaseError::NoReply(_) if Instant::now() < deadline => {}
            error => break error,
        }
    };
    assert!(matches!(error, DatabaseError::Client(_)), "{error:?}");
    let error = Driver::connect(Arc::new(Local), &server.endpoint()).await.err();
    assert!(matches!(error, Some(DatabaseError::Client(_))), "{error:?}");
}
