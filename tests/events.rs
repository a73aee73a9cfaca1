//! `docs/events.md` against what is printed: every example is what the program says, every kind is
//! documented.

#![expect(clippy::unwrap_used, reason = "a helper of tests fails the test")]

use std::time::Duration;

use serde_json::Value;
use tlsplan::{
    cluster::{
        clients::{Client as ClientOfServer, Encryption, ObservedClient, VisibilityGap},
        mode::TlsMode,
        topology::MemberState,
    },
    error::{Designed, Exit},
    event::{CertificateSeen, DatabaseClient, Event, Evidence, Modes, Probe},
    name::{HostName, MemberName, UnitName},
    report::{
        Settings,
        explained::Explained,
        finding::{Finding, Place, Severity},
        left_open::LeftOpen,
        outlook::{FileDiff, Intent, Outlook, StepOutlook, StepStatus},
        past_run::PastRun,
        settings::{Format, Loudness},
        status::StatusRow,
    },
    source::Source,
};

mod captured;

use captured::reporter;

const DIFF: &str = "@@ -6,2 +6,3 @@\n net:\n+  tls:\n";

fn host(name: &str) -> HostName {
    HostName::new(name)
}

fn json(loudness: Loudness) -> Settings {
    Settings { format: Format::Json, loudness, ..Settings::default() }
}

/// One of each, in the order of the page.
fn told() -> Vec<Event> {
    vec![
        Event::PlanLoaded {
            name: "rs0 to TLS".into(),
            steps: vec!["accept TLS beside plaintext".into(), "prefer TLS".into()],
            hosts: vec![host("db1"), host("db2"), host("db3")],
        },
        Event::Working { host: host("db3"), doing: "waiting for SECONDARY".into() },
        Event::Seen { host: host("db3"), what: "RECOVERING, lag 41s".into() },
        Event::Checked {
            hosts: vec![host("db1"), host("db2"), host("db3")],
            fact: "certificates: chain, names, dates, keys".into(),
        },
        Event::Census {
            clients: vec![ObservedClient {
                host: host("db1"),
                client: ClientOfServer {
                    address: "10.0.0.9".into(),
                    application: Some("billing".into()),
                    driver: "nodejs 6.3.0".into(),
                    encryption: Encryption::Plaintext,
                    connections: 4,
                    open: 2,
                    since: "2026-11-26T20:00:05Z".parse().ok(),
                    last: "2026-11-26T20:04:11.25Z".parse().ok(),
                },
            }],
            blind: vec![(host("db3"), VisibilityGap::Quiet)],
        },
        Event::Ordered {
            members: [("db2", MemberState::Secondary), ("db1", MemberState::Primary)]
                .map(|(name, state)| {
                    (host(name), MemberName::new(format!("{name}.example.net:27017")), state)
                })
                .into(),
        },
        Event::StepStarted { number: 1, of: 2, name: "accept TLS beside plaintext".into() },
        Event::StepFinished {
            number: 1,
            name: "accept TLS beside plaintext".into(),
            changed: 6,
            took: Duration::from_micros(21_400_321),
        },
    ]
}

fn done() -> Vec<Event> {
    vec![
        Event::Diff { host: host("db3"), path: "/etc/mongod.conf".into(), diff: DIFF.into() },
        Event::FileChanged {
            host: host("db3"),
            path: "/etc/mongod.conf".into(),
            change: "net.tls.mode disabled -> allowTLS".into(),
        },
        Event::SteppedDown {
            host: host("db1"),
            primary: host("db2"),
            took: Duration::from_millis(1_170),
        },
        Event::Restarted {
            host: host("db3"),
            unit: UnitName::new("mongod"),
            state: MemberState::Secondary,
            took: Duration::from_millis(3_104),
            lag: Duration::ZERO,
        },
        Event::ModeChanged {
            host: host("db3"),
            from: TlsMode::Allow,
            to: TlsMode::Prefer,
            by: DatabaseClient::Mongosh,
            read_by: DatabaseClient::Driver,
        },
        Event::Kept {
            host: host("db3"),
            fact: "on its new file, SECONDARY: it does its part, and stays".into(),
        },
        Event::PutBack {
            host: host("db2"),
            fact: "on its old mongod.conf, SECONDARY again".into(),
        },
        Event::Warning { host: None, text: "no step waits for clients".into() },
        Event::Evidence(Box::new(evidence())),
        Event::Failed { host: Some(host("db2")), doing: "restart mongod".into() },
        Event::Finished {
            exit: Exit::PutBack,
            summary: "db2 was put back, db1 was not touched".into(),
            took: Duration::from_secs(84),
        },
    ]
}

#[derive(Debug, thiserror::Error)]
#[error("`db2` was not SECONDARY within 60s of the restart of `mongod`")]
struct NotBack(#[source] LastSeen);

#[derive(Debug, thiserror::Error)]
#[error("last seen after 58s: RECOVERING, lag 41s")]
struct LastSeen;

impl Designed for NotBack {
    fn exit(&self) -> Exit {
        Exit::PutBack
    }

    fn hints(&self) -> Vec<String> {
        vec![
            "db2 was put back on its old configuration and is SECONDARY; db1 was not touched"
                .into(),
        ]
    }
}

fn finding() -> Finding {
    let text = "name = \"x\"\n[hosts.db1]\nadress = \"a\"\n";
    Finding {
        severity: Severity::Error,
        message: "a host has no `adress`".into(),
        place: Some(Place {
            source: Source::new("plans/prod.toml", text),
            span: text.find("adress").map(|at| at..at + 6),
            label: None,
            related: None,
        }),
        help: Some("did you mean `address`?".into()),
    }
}

fn row() -> StatusRow {
    StatusRow {
        host: host("db2"),
        member: Some("db2.example.net:27017".into()),
        state: Some(MemberState::Secondary),
        mode: Some(TlsMode::Allow),
        file_mode: Some(TlsMode::Prefer),
        lag: Some(Duration::ZERO),
        certificate_expires: Some("2027-11-24".into()),
        certificate_days: Some(364),
        version: Some("6.0.5".into()),
        pending: "running mode allowTLS -> preferTLS".into(),
        problem: None,
    }
}

fn evidence() -> Evidence {
    Evidence {
        host: host("db1"),
        member: MemberName::new("db1.example.net:27017"),
        state: Some(MemberState::Primary),
        version: "6.0.5".into(),
        mode: Modes {
            running: TlsMode::Require,
            started_with: Some(TlsMode::Prefer),
            file: Some(TlsMode::Require),
        },
        certificate: Some(CertificateSeen {
            path: "/etc/ssl/mongodb/server.pem".into(),
            subject: "CN=db1".into(),
            issuer: "CN=ca".into(),
            sha256: "5f1c…".into(),
            not_before: "2026-11-24T00:00:00Z".into(),
            not_after: "2027-11-24T00:00:00Z".into(),
        }),
        tls: Probe::Accepted,
        plaintext: Probe::Refused("The server is configured to only allow SSL connections".into()),
    }
}

fn past_run() -> PastRun {
    PastRun {
        run: "20261126T010000Z-0a1b2c3d".into(),
        user: "ops".into(),
        machine: "jump1".into(),
        tlsplan: "0.1.0".into(),
        exit: Some(20),
    }
}

fn left_open() -> LeftOpen {
    LeftOpen {
        run: "20261126T010000Z-0a1b2c3d".into(),
        begun: "2026-11-26T01:00:07.123Z".into(),
        host: Some(host("db3")),
        what: "restart mongod".into(),
        reason: None,
    }
}

fn outlook() -> Outlook {
    let intent = Intent {
        hosts: vec![host("db1"), host("db2")],
        what: "set tlsMode allowTLS -> preferTLS".into(),
    };
    let diff = FileDiff { host: host("db1"), path: "/etc/mongod.conf".into(), diff: DIFF.into() };
    Outlook {
        steps: vec![
            StepOutlook {
                name: "accept TLS beside plaintext".into(),
                status: StepStatus::Met,
                diffs: vec![],
            },
            StepOutlook {
                name: "prefer TLS".into(),
                status: StepStatus::Would { intents: vec![intent] },
                diffs: vec![diff],
            },
        ],
        unknown: vec!["which member is primary after the step-down".into()],
    }
}

/// Prints one of each and gives the lines without their time.
fn printed(loudness: Loudness) -> Vec<Value> {
    let (report, out, err) = reporter(json(loudness), None);
    for event in told().iter().chain(&done()) {
        report.event(event);
    }
    report.error(&NotBack(LastSeen));
    report.problems(&[finding()]);
    report.status(&[row()], &[left_open()]);
    report.evidence(&[], &[past_run()]);
    report.outlook(&outlook());
    report.explained(&[explained()]);
    assert_eq!(err.text(), "");
    let lines = out.text();
    let values = lines.lines().map(|line| {
        let mut value: Value = serde_json::from_str(line).unwrap();
        let time = value.as_object_mut().unwrap().remove("time").unwrap();
        assert!(time.as_str().unwrap().ends_with('Z'), "{time}");
        assert_eq!(time.as_str().unwrap().len(), "2026-11-24T18:30:03.123Z".len(), "{time}");
        value
    });
    values.collect()
}

fn explained() -> Explained {
    Explained {
        says: "SSL peer certificate validation failed",
        ids: &[23256],
        means: "the certificate at the other end was refused",
        fix: "give the whole line to `tlsplan explain`",
    }
}

/// The examples of the page.
fn documented() -> Vec<Value> {
    let page = include_str!("../docs/events.md");
    let blocks = page.split("```json\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    blocks.map(|block| serde_json::from_str(block).unwrap()).collect()
}

#[test]
fn every_example_is_what_is_printed() {
    let (printed, documented) = (printed(Loudness::Normal), documented());
    for (line, example) in printed.iter().zip(&documented) {
        assert_eq!(line, example);
    }
    assert_eq!(printed.len(), documented.len());
}

/// Does not compile when a variant is new: then add it above and to the page.
#[test]
fn every_event_is_on_the_page() {
    let mut kinds = 0;
    for event in told().iter().chain(&done()) {
        kinds += match event {
            Event::PlanLoaded { .. }
            | Event::Working { .. }
            | Event::Seen { .. }
            | Event::Checked { .. }
            | Event::Census { .. }
            | Event::Ordered { .. }
            | Event::StepStarted { .. }
            | Event::StepFinished { .. }
            | Event::Diff { .. }
            | Event::FileChanged { .. }
            | Event::SteppedDown { .. }
            | Event::Restarted { .. }
            | Event::ModeChanged { .. }
            | Event::Kept { .. }
            | Event::PutBack { .. }
            | Event::Warning { .. }
            | Event::Failed { .. }
            | Event::Evidence(_)
            | Event::Finished { .. } => 1,
        };
    }
    assert_eq!(kinds, 19);
}

#[test]
fn quiet_leaves_the_error_and_the_end_that_is_none() {
    let kinds: Vec<_> = printed(Loudness::Quiet).iter().map(|line| line["event"].clone()).collect();
    assert_eq!(kinds, ["finished", "error"]);
}
