//! The line of every event.

use std::time::Duration;

use super::*;
use crate::{
    cluster::mode::TlsMode,
    event::{Fact, Task, Warning},
    name::UnitName,
    report::line::Level,
};

fn host(name: &str) -> HostName {
    HostName::new(name)
}

fn member(name: &str, state: MemberState) -> (HostName, MemberName, MemberState) {
    (host(name), MemberName::new(format!("{name}.lab.test:27017")), state)
}

/// The line as "verb | hosts | fact".
fn said(event: &Event) -> String {
    let line = line(event).expect("this event has a line");
    let hosts: Vec<_> = line.hosts.iter().map(HostName::as_str).collect();
    format!("{} | {} | {}", line.verb, hosts.join(" "), line.fact)
}

const TOOK: Duration = Duration::from_millis(3_104);

#[test]
fn what_is_planned_and_looked_at_has_its_words() {
    use MemberState::{Primary, Secondary};
    let took = TOOK;
    let table = [
        (
            Event::PlanLoaded {
                name: "rs0 to TLS".into(),
                steps: vec!["allow".into(), "prefer".into()],
                hosts: vec![host("db1")],
            },
            "Plan |  | rs0 to TLS: 2 steps on 1 host",
        ),
        (
            Event::working(&host("db3"), Task::AwaitingReady),
            "Working | db3 | waiting until it is back",
        ),
        (
            Event::Waiting { host: host("db3"), seen: "RECOVERING, lag 41s".to_owned().into() },
            "Seen | db3 | RECOVERING, lag 41s",
        ),
        (
            Event::Checked { hosts: vec![host("db1"), host("db2")], fact: Fact::Verified },
            "Checked | db1 db2 | heard over fresh connections, both ways",
        ),
        (
            Event::Ordered {
                members: vec![
                    member("db3", Secondary),
                    member("db2", Secondary),
                    member("db1", Primary),
                ],
            },
            "Order |  | db3 and db2 first, primary db1 last",
        ),
        (
            Event::StepStarted { number: 1, of: 3, name: "prefer TLS".into() },
            "Step |  | 1/3  prefer TLS",
        ),
        (
            Event::StepFinished { number: 1, name: "prefer TLS".into(), changed: 6, took },
            "Reached |  | prefer TLS: 6 changes in 3.1s",
        ),
        (
            Event::StepFinished { number: 1, name: "prefer TLS".into(), changed: 0, took },
            "Met |  | prefer TLS: nothing to change",
        ),
    ];
    for (event, expected) in table {
        assert_eq!(said(&event), expected);
    }
}

#[test]
fn what_is_done_has_its_words() {
    let took = TOOK;
    let table = [
        (
            Event::FileChanged {
                host: host("db3"),
                path: "/etc/mongod.conf".into(),
                change: "net.tls.mode disabled -> allowTLS".into(),
            },
            "Changed | db3 | mongod.conf: net.tls.mode disabled -> allowTLS",
        ),
        (
            Event::SteppedDown { host: host("db1"), primary: host("db2"), took },
            "Elected | db2 | primary 3.1s after `db1` was asked to step down",
        ),
        (
            Event::Restarted {
                host: host("db3"),
                unit: UnitName::new("mongod"),
                state: MemberState::Secondary,
                took,
                lag: Duration::ZERO,
            },
            "Restarted | db3 | mongod, SECONDARY again after 3.1s, lag 0s",
        ),
        (
            Event::ModeChanged {
                host: host("db3"),
                from: TlsMode::Allow,
                to: TlsMode::Prefer,
                by: DatabaseClient::Mongosh,
                read_by: DatabaseClient::Driver,
            },
            "Changed | db3 | tlsMode allowTLS -> preferTLS, set by mongosh, read by driver",
        ),
        (
            Event::Kept { host: host("db2"), state: MemberState::Secondary },
            "Kept | db2 | on its new file: healthy SECONDARY; another member is failing",
        ),
        (
            Event::Reverted {
                host: host("db2"),
                state: Some(MemberState::Secondary),
                mode: Some(TlsMode::Disabled),
                took,
            },
            "Put back | db2 | SECONDARY in disabled after 3.1s",
        ),
        (
            Event::Warning { host: None, warning: Warning::StopRequested },
            "Warning |  | stopping as soon as what was begun is finished and proved",
        ),
        (
            Event::Failed { host: host("db2"), unit: UnitName::new("mongod") },
            "Failed | db2 | mongod in the new mode; putting it back",
        ),
        (
            Event::Finished { exit: Exit::Converged, changed: 6, took },
            "Done |  | the plan is met after 6 changes (3.1s)",
        ),
        (
            Event::Finished { exit: Exit::Converged, changed: 0, took },
            "Done |  | nothing had to be changed (3.1s)",
        ),
        (
            Event::Finished { exit: Exit::PartWay, changed: 0, took },
            "Stopped |  | nothing was changed (3.1s)",
        ),
        (
            Event::Finished { exit: Exit::PutBack, changed: 1, took },
            "Stopped |  | 1 change was made (3.1s)",
        ),
    ];
    for (event, expected) in table {
        assert_eq!(said(&event), expected);
    }
}

#[test]
fn a_diff_is_a_block_and_no_line() {
    let diff = Event::Diff { host: host("db1"), path: "/etc/x".into(), diff: "+a".into() };
    assert_eq!(line(&diff), None);
}

#[test]
fn what_goes_on_meanwhile_is_for_those_who_want_to_know_more() {
    let working = Event::working(&host("db1"), Task::Draining);
    let checked = Event::Checked { hosts: vec![host("db1")], fact: Fact::Certificates };
    assert_eq!(line(&working).map(|line| line.level), Some(Level::Detail));
    assert_eq!(line(&checked).map(|line| line.level), Some(Level::Fact));
}

#[test]
fn the_order_names_the_primary_only_where_it_is_last() {
    use MemberState::{Arbiter, Primary, Secondary};
    for (members, said) in [
        (vec![member("db1", Primary)], "db1 alone, PRIMARY"),
        (vec![member("db2", Secondary), member("db1", Primary)], "db2 first, primary db1 last"),
        (
            vec![member("db3", Arbiter), member("db2", Secondary)],
            "db3 and db2, one after the other",
        ),
    ] {
        assert_eq!(order(&members), said);
    }
}

#[test]
fn a_member_without_a_source_has_no_lag() {
    let restarted = |state| Event::Restarted {
        host: host("db1"),
        unit: UnitName::new("mongod"),
        state,
        took: Duration::from_secs(41),
        lag: Duration::ZERO,
    };
    assert_eq!(
        said(&restarted(MemberState::Primary)),
        "Restarted | db1 | mongod, PRIMARY again after 41s"
    );
}
