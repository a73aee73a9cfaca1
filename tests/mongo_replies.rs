//! The typed operations on replies that real servers gave: 4.2.6, 4.4.2, 5.0.4 and 6.0.5.
//!
//! `tests/replies/VERSION/WHO/COMMAND.json`, as mongosh wrote them down in extended JSON; an error
//! is an object `error`. The set is a primary, a secondary and an arbiter, all at allowTLS.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a recorded reply that cannot be had is a failed test"
)]

use std::{fs, path::PathBuf, time::Duration};

use mongodb::bson::{Bson, Document, doc};
use proptest::prelude::*;
use tlsplan::{
    client::{
        current_op::client_operations,
        database::{Database, DatabaseError, DatabaseName, NoSet},
        hello::{Role, hello},
        parameters::{set_tls_mode, shutdown_sleep},
        process::command_line,
        replication_commands::{append_note, drop_connections, step_down},
        view::{replica_status, server_view},
    },
    cluster::{
        mode::{OptionNames, TlsMode},
        topology::{MemberKind, MemberState, OpTime, Reach, ServerView, Voting},
        version::ServerVersion,
    },
    event::DatabaseClient,
    host::transport::Pending,
    name::MemberName,
};

const VERSIONS: [(&str, ServerVersion, u16); 4] = [
    ("4.2", ServerVersion(4, 2, 6), 28110),
    ("4.4", ServerVersion(4, 4, 2), 28120),
    ("5.0", ServerVersion(5, 0, 4), 28130),
    ("6.0", ServerVersion(6, 0, 5), 28100),
];

/// A server that answers from files.
struct Recorded {
    folder: PathBuf,
    /// Spoils each reply before it is handed out.
    spoil: fn(&mut Document, u64),
    seed: u64,
}

fn server(version: &str, who: &str) -> Recorded {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/replies");
    Recorded { folder: root.join(version).join(who), spoil: |_, _| (), seed: 0 }
}

fn member(port: u16) -> MemberName {
    MemberName::new(format!("127.0.0.1:{port}"))
}

impl Recorded {
    fn answer(&self, command: &Document) -> Result<Document, DatabaseError> {
        let mut words = command.keys();
        let verb = words.next().unwrap();
        let name = match verb.as_str() {
            "getParameter" | "setParameter" => format!("{verb}.{}.json", words.next().unwrap()),
            _ => format!("{verb}.json"),
        };
        let text = fs::read_to_string(self.folder.join(&name)).unwrap_or_else(|_| panic!("{name}"));
        let mut reply: Document = serde_json::from_str(&text).unwrap();
        if let Ok(error) = reply.get_document("error") {
            return Err(DatabaseError::Command {
                code: error.get_i32("code").unwrap_or(0),
                code_name: error.get_str("codeName").unwrap_or_default().to_owned(),
                message: error.get_str("message").unwrap().to_owned(),
            });
        }
        (self.spoil)(&mut reply, self.seed);
        Ok(reply)
    }
}

impl Database for Recorded {
    fn run_in(
        &self,
        _: DatabaseName,
        command: Document,
    ) -> Pending<'_, Result<Document, DatabaseError>> {
        Box::pin(async move { self.answer(&command) })
    }

    fn client(&self) -> DatabaseClient {
        DatabaseClient::Mongosh
    }
}

#[tokio::test]
async fn every_version_shows_the_same_set() {
    for (folder, version, port) in VERSIONS {
        let view = server_view(&server(folder, "primary")).await.unwrap();
        assert_eq!((view.version, view.mode), (version, TlsMode::Allow), "{folder}");
        check_config(&view, port);
        check_status(&view, port);
    }
}

fn check_config(view: &ServerView, port: u16) {
    let members: Vec<_> = view
        .config
        .members
        .iter()
        .map(|member| (member.name.clone(), member.voting, member.priority, member.kind))
        .collect();
    let data = MemberKind::DataBearing;
    assert_eq!(
        members,
        [
            (member(port), Voting::Votes, 2.0, data),
            (member(port + 1), Voting::Votes, 1.0, data),
            (member(port + 2), Voting::Votes, 0.0, MemberKind::Arbiter),
        ]
    );
    assert_eq!((view.config.name.as_str(), view.config.version), ("rs0", 1));
}

fn check_status(view: &ServerView, port: u16) {
    let status = &view.status;
    assert_eq!((status.set.as_str(), &status.me), ("rs0", &member(port)));
    assert_eq!((status.majority_votes, status.write_majority), (2, 2));
    assert!(status.term > 0);
    assert_eq!(status.primary().map(|primary| &primary.name), Some(&member(port)));
    let [primary, secondary, arbiter] = &status.members[..] else { panic!("three members") };
    let in_order = [primary.state, secondary.state, arbiter.state];
    assert_eq!(in_order, [MemberState::Primary, MemberState::Secondary, MemberState::Arbiter]);
    assert_eq!(primary.heartbeat_age, None);
    assert!(secondary.heartbeat_age.is_some_and(|age| age < Duration::from_secs(5)));
    assert_eq!(secondary.sync_source, Some(member(port)));
    assert!(primary.applied >= secondary.applied && secondary.applied.term == status.term);
    assert_eq!(i64::from(secondary.applied.seconds), secondary.applied_ms / 1000);
    assert_eq!((arbiter.applied, arbiter.applied_ms), (OpTime::default(), 0));
    assert!(status.members.iter().all(|member| member.message.is_none()));
}

#[tokio::test]
async fn a_member_that_is_down_is_seen_with_the_words_for_it() {
    for (folder, _, port) in VERSIONS {
        let status = replica_status(&server(folder, "one_down")).await.unwrap();
        let down = status.member(&member(port + 1)).unwrap();
        assert_eq!((down.state, down.reach), (MemberState::Down, Reach::Down), "{folder}");
        assert!(down.message.as_ref().is_some_and(|words| words.contains("onnect")), "{down:?}");
    }
}

#[tokio::test]
async fn every_member_says_what_it_is() {
    for (folder, _, port) in VERSIONS {
        for (who, offset, role) in [
            ("primary", 0, Role::Primary),
            ("secondary", 1, Role::Secondary),
            ("arbiter", 2, Role::Arbiter),
        ] {
            let hello = hello(&server(folder, who)).await.unwrap();
            assert_eq!((hello.me, hello.role), (Some(member(port + offset)), role), "{folder}");
            assert_eq!(hello.primary, Some(member(port)));
        }
        let arbiter = server_view(&server(folder, "arbiter")).await.unwrap();
        assert_eq!(arbiter.status.me, member(port + 2));
    }
}

#[tokio::test]
async fn a_server_without_a_set_is_told_as_such() {
    for (folder, ..) in VERSIONS {
        for (who, expected) in
            [("standalone", NoSet::Standalone), ("uninitiated", NoSet::NotInitiated)]
        {
            match replica_status(&server(folder, who)).await {
                Err(DatabaseError::NoSet(reason)) => assert_eq!(reason, expected, "{folder}"),
                other => panic!("{folder} {who}: {other:?}"),
            }
        }
    }
}

#[tokio::test]
async fn only_the_work_of_clients_is_counted() {
    for (folder, ..) in VERSIONS {
        let seen = client_operations(&server(folder, "primary")).await.unwrap();
        let [find] = &seen[..] else { panic!("{folder}: {seen:?}") };
        assert_eq!(find.app.as_deref(), Some("shop"), "{folder}");
        assert_eq!(find.kind, "query");
        assert_eq!(client_operations(&server(folder, "secondary")).await.unwrap(), []);
    }
}

#[tokio::test]
async fn changes_are_read_back_in_every_version() {
    for (folder, version, port) in VERSIONS {
        let primary = server(folder, "primary");
        let was = set_tls_mode(&primary, TlsMode::Prefer, OptionNames::Tls).await.unwrap();
        assert_eq!(was, TlsMode::Allow);
        let refused =
            set_tls_mode(&server(folder, "prefer"), TlsMode::Allow, OptionNames::Tls).await;
        assert!(matches!(refused, Err(DatabaseError::Command { code: 2, .. })));

        let note = append_note(&primary).await.unwrap();
        assert!(note.term > 0 && note.seconds > 1_700_000_000, "{note:?}");
        assert!(append_note(&server(folder, "secondary")).await.is_err());

        let sleep = shutdown_sleep(&primary).await.unwrap();
        assert_eq!(
            sleep,
            (version >= ServerVersion(5, 0, 0)).then_some(Duration::from_secs(15)),
            "{folder}"
        );
        drop_connections(&primary, &[member(port + 1)]).await.unwrap();
        let secondary = server(folder, "secondary");
        let stayed = step_down(&secondary, Duration::from_secs(60), Duration::from_secs(10)).await;
        assert!(matches!(stayed, Err(DatabaseError::Command { code: 10107, .. })));
    }
}

#[tokio::test]
async fn the_command_line_holds_arguments_and_options() {
    for (folder, _, port) in VERSIONS {
        let known = command_line(&server(folder, "primary")).await.unwrap();
        assert_eq!(known.argv[0], "/usr/bin/mongod");
        assert_eq!(known.config_file, None);
        let net = known.parsed.get_document("net").unwrap();
        assert_eq!(net.get_i32("port").unwrap(), i32::from(port));
    }
}

/// How many values a value holds, itself included.
fn size(value: &Bson) -> u64 {
    1 + match value {
        Bson::Document(inner) => inner.iter().map(|(_, value)| size(value)).sum(),
        Bson::Array(inner) => inner.iter().map(size).sum(),
        _ => 0,
    }
}

/// Replaces the value at a place, counted in depth first order.
fn replace(value: &mut Bson, place: &mut u64, odd: &Bson) {
    if *place == 0 {
        *value = odd.clone();
    }
    *place = place.wrapping_sub(1);
    match value {
        Bson::Document(inner) => {
            inner.iter_mut().for_each(|(_, value)| replace(value, place, odd));
        }
        Bson::Array(inner) => inner.iter_mut().for_each(|value| replace(value, place, odd)),
        _ => (),
    }
}

fn spoil(reply: &mut Document, seed: u64) {
    let odd = [
        Bson::Null,
        Bson::Int64(i64::MIN),
        Bson::Double(f64::NAN),
        Bson::String("\u{1b}[2J".into()),
        Bson::Array(vec![Bson::Int32(1)]),
        Bson::Document(doc! { "": -1 }),
        Bson::Boolean(true),
        Bson::DateTime(mongodb::bson::DateTime::MIN),
        Bson::Timestamp(mongodb::bson::Timestamp { time: u32::MAX, increment: 0 }),
    ];
    let mut whole = Bson::Document(std::mem::take(reply));
    let mut place = 1 + seed / 16 % (size(&whole) - 1);
    let kind = usize::try_from(seed % 16).unwrap() % odd.len();
    replace(&mut whole, &mut place, &odd[kind]);
    if let Bson::Document(spoiled) = whole {
        *reply = spoiled;
    }
}

proptest! {
    #[test]
    fn a_spoiled_reply_is_read_or_refused_and_never_a_panic(seed in any::<u64>()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let spoiled = Recorded { spoil, seed, ..server("6.0", "primary") };
        let outcome = runtime.block_on(async {
            let view = server_view(&spoiled).await.map(drop);
            let operations = client_operations(&spoiled).await.map(drop);
            let line = command_line(&spoiled).await.map(drop);
            let hello = hello(&spoiled).await.map(drop);
            [view, operations, line, hello]
        });
        for result in outcome {
            prop_assert!(
                matches!(result, Ok(()) | Err(DatabaseError::Shape { .. } | DatabaseError::NoSet(_))),
                "{result:?}"
            );
        }
    }
}
