//! An event of each kind, in the order of `docs/events.md`, and every variant of what stands in them.

use std::time::Duration;

use tlsplan::{
    cluster::{
        check::{CheckId, Finding, Severity, Subject},
        clients::{Client, Encryption, ObservedClient, VisibilityGap},
        mode::TlsMode,
        topology::MemberState,
    },
    error::Exit,
    event::{
        Act, ActResult, Begin, CertificateSeen, DatabaseClient, ErrorReport, Event, Evidence,
        Explained, Fact, FileDiff, Intent, LeftOpen, Modes, Observation, Outcome, PastRun, Pending,
        Place, PlannedAct, Preview, Probe, Problem, ProblemSeverity, RunResult, StatusRow,
        StepPreview, StepStatus, Task, Unknown, Warning,
    },
    name::{HostName, MemberName, UnitName},
    source::Source,
};

const DIFF: &str = "@@ -6,2 +6,3 @@\n net:\n+  tls:\n";

fn host(name: &str) -> HostName {
    HostName::new(name)
}

fn member(name: &str) -> MemberName {
    MemberName::new(format!("{name}.example.net:27017"))
}

fn mongod() -> UnitName {
    UnitName::new("mongod")
}

/// One of each, in the order of the page.
pub(crate) fn all() -> Vec<Event> {
    let mut all = begun();
    all.extend(done());
    all.extend(ended());
    all.extend(looked_at());
    all
}

fn begun() -> Vec<Event> {
    vec![
        Event::RunStarted(Begin {
            plan: "rs0 to TLS".into(),
            path: "/plans/prod.toml".into(),
            user: "ops".into(),
            controller: "jump1".into(),
            pid: 4711,
            tlsplan: "0.1.0".into(),
        }),
        Event::PlanLoaded {
            name: "rs0 to TLS".into(),
            steps: vec!["accept TLS beside plaintext".into(), "prefer TLS".into()],
            hosts: vec![host("db1"), host("db2"), host("db3")],
        },
        Event::working(&host("db3"), Task::Restarting { unit: mongod() }),
        Event::Waiting { host: host("db3"), seen: "RECOVERING, lag 41s".to_owned().into() },
        Event::Checked {
            hosts: vec![host("db1"), host("db2"), host("db3")],
            fact: Fact::CanaryStarted { mode: TlsMode::Allow },
        },
        Event::Census {
            clients: vec![ObservedClient {
                host: host("db1"),
                client: Client {
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
            members: vec![
                (host("db2"), member("db2"), MemberState::Secondary),
                (host("db1"), member("db1"), MemberState::Primary),
            ],
        },
        Event::StepStarted { number: 1, of: 2, name: "accept TLS beside plaintext".into() },
        Event::StepFinished {
            number: 1,
            name: "accept TLS beside plaintext".into(),
            changed: 6,
            took: Duration::from_millis(21_400),
        },
    ]
}

fn done() -> Vec<Event> {
    vec![
        Event::Intent(Intent {
            number: 7,
            host: Some(host("db3")),
            act: "restart".into(),
            detail: "mongod on another file, 5f1c0a to 9be2d4".into(),
        }),
        Event::Outcome(Outcome {
            of: 7,
            host: Some(host("db3")),
            result: ActResult::Done,
            reason: None,
        }),
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
            unit: mongod(),
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
        Event::Kept { host: host("db3"), state: MemberState::Secondary },
        Event::Failed { host: host("db2"), unit: mongod() },
        Event::Reverted {
            host: host("db2"),
            state: Some(MemberState::Secondary),
            mode: Some(TlsMode::Disabled),
            took: Duration::from_millis(6_012),
        },
        Event::Warning {
            host: Some(host("db3")),
            warning: Warning::Finding(Finding {
                id: CheckId::CertificateExpiry,
                severity: Severity::Warning,
                hosts: vec![host("db3")],
                subject: Subject::File("/etc/ssl/mongodb/server.pem".into()),
                seen: "it expires in 9 days, the plan asks for 14 days".into(),
                fix: "renew it".into(),
            }),
        },
        Event::Evidence(Box::new(evidence())),
    ]
}

fn ended() -> Vec<Event> {
    vec![
        Event::Finished { exit: Exit::PartWay, changed: 3, took: Duration::from_secs(84) },
        Event::Error(ErrorReport {
            exit: Exit::PutBack,
            message: "`db2` was not SECONDARY within 60s of the restart of `mongod`".into(),
            causes: vec!["last seen after 58s: RECOVERING, lag 41s".into()],
            hints: vec![
                "db2 was put back on its old configuration and is SECONDARY; db1 was not touched"
                    .into(),
            ],
        }),
        Event::RunEnded { exit: Exit::PutBack, result: RunResult::Stopped },
    ]
}

fn looked_at() -> Vec<Event> {
    vec![
        Event::Problems { problems: vec![problem()] },
        Event::Status { hosts: vec![row()], left_open: vec![left_open()] },
        Event::PastRuns {
            runs: vec![PastRun {
                run: "20261126T010000Z-0a1b2c3d".into(),
                user: "ops".into(),
                controller: "jump1".into(),
                tlsplan: "0.1.0".into(),
                exit: Some(20),
            }],
        },
        Event::Preview(preview()),
        Event::Explained(Explained {
            says: "SSL peer certificate validation failed".into(),
            ids: vec![23256],
            means: "the certificate at the other end was refused".into(),
            fix: "give the whole line to `tlsplan explain`".into(),
        }),
        Event::Truncated { kind: "census".into(), bytes: 90_210 },
    ]
}

fn problem() -> Problem {
    let text = "name = \"x\"\n[hosts.db1]\nadress = \"a\"\n";
    let source = Source::new("plans/prod.toml", text);
    let span = text.find("adress").map(|at| at..at + 6);
    Problem {
        severity: ProblemSeverity::Error,
        message: "a host has no `adress`".into(),
        place: Some(Place::new(&source, span.as_ref(), None, Some(&(11..21, "this host".into())))),
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
        pending: Some(Pending::Mode { mode: TlsMode::Prefer }),
        problem: None,
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

fn evidence() -> Evidence {
    Evidence {
        host: host("db1"),
        member: member("db1"),
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

fn preview() -> Preview {
    let act = PlannedAct {
        hosts: vec![host("db1"), host("db2")],
        act: Act::SetMode { mode: TlsMode::Prefer },
    };
    let diff = FileDiff { host: host("db1"), path: "/etc/mongod.conf".into(), diff: DIFF.into() };
    Preview {
        steps: vec![
            StepPreview {
                name: "accept TLS beside plaintext".into(),
                status: StepStatus::Met,
                diffs: vec![],
            },
            StepPreview {
                name: "prefer TLS".into(),
                status: StepStatus::Pending { acts: vec![act] },
                diffs: vec![diff],
            },
        ],
        unknown: vec![Unknown::CanaryResult, Unknown::ElectedPrimary],
    }
}

/// What the samples of the page do not show.
pub(crate) fn variants() -> Vec<Event> {
    let mut all: Vec<Event> =
        tasks().into_iter().map(|task| Event::working(&host("db1"), task)).collect();
    let operation = Observation::ClientOperation { client: "billing".into(), others: 2 };
    all.push(Event::Waiting { host: host("db1"), seen: operation });
    all.extend(facts().into_iter().map(|fact| Event::Checked { hosts: Vec::new(), fact }));
    all.extend(warnings().into_iter().map(|warning| Event::Warning { host: None, warning }));
    all.extend(acts().into_iter().map(|act| {
        let acts = vec![PlannedAct { hosts: Vec::new(), act }];
        let status = StepStatus::Pending { acts };
        let steps = vec![StepPreview { name: String::new(), status, diffs: Vec::new() }];
        Event::Preview(Preview { steps, unknown: Vec::new() })
    }));
    all.extend([ActResult::NotDone, ActResult::Unknown].map(|result| {
        Event::Outcome(Outcome { of: 1, host: None, result, reason: Some("It was slow".into()) })
    }));
    all.extend(
        [RunResult::Noop, RunResult::Converged]
            .map(|result| Event::RunEnded { exit: Exit::Converged, result }),
    );
    let tls = Probe::Unknown("away".into());
    all.push(Event::Evidence(Box::new(Evidence { tls, certificate: None, ..evidence() })));
    let pending = Some(Pending::RestartWouldCutOff { file_mode: TlsMode::Require });
    let rows = vec![StatusRow { pending, ..StatusRow::unknown(host("db1")) }];
    all.push(Event::Status { hosts: rows, left_open: Vec::new() });
    let blind = blindness().into_iter().map(|why| (host("db1"), why)).collect();
    all.push(Event::Census { clients: Vec::new(), blind });
    all
}

fn tasks() -> Vec<Task> {
    vec![
        Task::Connecting,
        Task::AwaitingServer,
        Task::Draining,
        Task::RedirectingFollowers,
        Task::SteppingDown,
        Task::ResolvingRestart,
        Task::AwaitingReady,
        Task::Confirming,
        Task::Reverting,
        Task::ReplacingFile,
        Task::SettingMode { mode: TlsMode::Prefer },
        Task::Verifying,
        Task::StartingCanary,
        Task::DialingPeers,
        Task::AwaitingSet { blocked_by: "the set has no primary".into() },
        Task::AwaitingClient { client: "billing".into(), address: "10.0.0.9".into() },
        Task::Waiting { step: "wait for port 27017".into() },
        Task::AwaitingPlaintextSilence,
    ]
}

fn facts() -> Vec<Fact> {
    vec![
        Fact::Plan { path: "plans/prod.toml".into(), steps: 2, hosts: 3 },
        Fact::Certificates,
        Fact::CertificatesWithLockedKey,
        Fact::ReachedByTls,
        Fact::PeersReachedByTls { from: 3, to: 3 },
        Fact::Verified,
        Fact::Confirmed { question: "Is it tested?".into(), by: "ann@ops".into() },
        Fact::PlaintextFree { free_for: Duration::from_secs(60), tls_connections: 4 },
    ]
}

fn warnings() -> Vec<Warning> {
    let error = || "the connection broke".to_owned();
    let journal = || "runs/1/journal.jsonl".to_owned();
    let finding = |subject| Finding {
        id: CheckId::CertificateDates,
        severity: Severity::Refusal,
        hosts: vec![host("db1"), host("db2")],
        subject,
        seen: "it is an hour ahead".into(),
        fix: "set it right".into(),
    };
    vec![
        Warning::Finding(finding(Subject::Clock)),
        Warning::Finding(finding(Subject::Server)),
        Warning::Finding(finding(Subject::Here("the clock of this machine".into()))),
        Warning::ClusterNotReadable { error: error() },
        Warning::UnmanagedProcess {
            process: member("router1"),
            description: "the mongos `router1.example.net:27017` is no host of the plan".into(),
            waived: Some("moved by hand".into()),
        },
        Warning::PeerTlsWaived {
            to: host("db2"),
            member: member("db2"),
            description: "`db1` cannot reach `db2`".into(),
            reason: "It is known".into(),
        },
        Warning::PeerTlsNotTried { error: error() },
        Warning::StopSleepNotRestored { wanted: Duration::from_secs(15), error: error() },
        Warning::EarlierRunUnfinished,
        Warning::SwitchStillArmed { error: error() },
        Warning::RestartNotConfirmed,
        Warning::HostReverting,
        Warning::WritableSearchPath { directories: vec!["/usr/local/bin".into()] },
        Warning::RunAtWork { owner: "ops@jump1".into() },
        Warning::GateWaived {
            step: "clients".into(),
            check: CheckId::PlaintextClients,
            reason: "no clients".into(),
        },
        Warning::GateBlind { step: "clients".into(), why: VisibilityGap::NoHandshakes },
        Warning::StopRequested,
        Warning::StopIsUrgent { after: Duration::from_secs(10) },
        Warning::JournalTorn { journal: journal() },
        Warning::JournalSkipped { journal: journal(), error: error() },
        Warning::NoEvidence { error: error() },
        Warning::RemoteWords { words: "too many open files".into() },
    ]
}

fn acts() -> Vec<Act> {
    let (path, change) = ("/etc/mongod.conf".to_owned(), "net.tls.mode".to_owned());
    vec![
        Act::WriteFile { path: path.clone(), change: change.clone() },
        Act::WriteFileAndRestart { path, change, unit: mongod() },
        Act::Restart { unit: mongod() },
        Act::StepDown,
        Act::Verify,
        Act::Wait { step: "wait for port 27017".into() },
        Act::AskPerson { question: "Is it tested?".into() },
        Act::AwaitPlaintextSilence { free_for: Duration::from_secs(60) },
    ]
}

fn blindness() -> Vec<VisibilityGap> {
    vec![
        VisibilityGap::NotReadable("no such file".into()),
        VisibilityGap::OwnConnectionMissing,
        VisibilityGap::LogStartMissing,
        VisibilityGap::NoHostAddresses,
        VisibilityGap::NoHandshakes,
        VisibilityGap::Hidden,
    ]
}
