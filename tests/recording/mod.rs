//! A whole upgrade and a failed one as the engine would tell them, for golden files and for looking.

use std::time::Duration;

use tlsplan::{
    cluster::{mode::TlsMode, topology::MemberState},
    error::{Designed, Exit},
    event::{DatabaseClient, Event, Fact, Task, Warning},
    name::{HostName, MemberName, UnitName},
};

/// An event and how long it takes until the next one.
pub(crate) type Beat = (Event, u64);

pub(crate) fn host(name: &str) -> HostName {
    HostName::new(name)
}

fn hosts() -> Vec<HostName> {
    ["db1", "db2", "db3"].map(HostName::new).into()
}

fn member(name: &str, state: MemberState) -> (HostName, MemberName, MemberState) {
    (host(name), MemberName::new(format!("{name}.lab.test:27017")), state)
}

fn working(name: &str, task: Task, millis: u64) -> Beat {
    (Event::working(&host(name), task), millis)
}

fn seen(name: &str, what: &str, millis: u64) -> Beat {
    (Event::Waiting { host: host(name), seen: what.to_owned().into() }, millis)
}

/// The beginning that both runs share.
pub(crate) fn preflight() -> Vec<Beat> {
    let mut beats = vec![(
        Event::PlanLoaded {
            name: "rs0 to TLS".into(),
            steps: ["accept TLS beside plaintext", "prefer TLS", "require TLS"]
                .map(Into::into)
                .into(),
            hosts: hosts(),
        },
        0,
    )];
    for task in [Task::Connecting, Task::StartingCanary] {
        beats.extend(["db1", "db2", "db3"].map(|name| working(name, task.clone(), 250)));
    }
    beats.push((Event::Checked { hosts: hosts(), fact: Fact::Certificates }, 100));
    beats.push((
        Event::Ordered {
            members: vec![
                member("db3", MemberState::Secondary),
                member("db2", MemberState::Secondary),
                member("db1", MemberState::Primary),
            ],
        },
        100,
    ));
    beats.push((
        Event::Warning {
            host: None,
            warning: Warning::RemoteWords {
                words: "10.0.9.4 (app `billing`) still speaks plaintext; no step waits for it"
                    .into(),
            },
        },
        100,
    ));
    beats
}

fn step_started(number: usize, name: &str) -> Beat {
    (Event::StepStarted { number, of: 3, name: name.into() }, 50)
}

fn step_finished(number: usize, name: &str, changed: usize, seconds: u64) -> Beat {
    let took = Duration::from_secs(seconds);
    (Event::StepFinished { number, name: name.into(), changed, took }, 50)
}

fn file(name: &str, from: &str, to: &str) -> [Beat; 2] {
    let diff = Event::Diff {
        host: host(name),
        path: "/etc/mongod.conf".into(),
        diff: format!(
            "--- /etc/mongod.conf\n+++ /etc/mongod.conf\n@@ -6,3 +6,6 @@\n net:\n   port: 27017\n-  # tls: {from}\n+  tls:\n+    mode: {to}\n+    certificateKeyFile: /etc/ssl/mongodb/server.pem\n"
        ),
    };
    let changed = Event::FileChanged {
        host: host(name),
        path: "/etc/mongod.conf".into(),
        change: format!("net.tls.mode {from} -> {to}"),
    };
    [(diff, 50), (changed, 100)]
}

fn restart(name: &str) -> Vec<Beat> {
    let mut beats = vec![working(name, Task::Draining, 600)];
    if name == "db1" {
        beats.push(working(name, Task::SteppingDown, 1_200));
        let took = Duration::from_millis(1_170);
        beats.push((Event::SteppedDown { host: host("db1"), primary: host("db2"), took }, 50));
    }
    beats.extend(file(name, "disabled", "allowTLS"));
    beats.push(working(name, Task::Restarting { unit: UnitName::new("mongod") }, 900));
    beats.push(working(name, Task::AwaitingReady, 700));
    beats.push(seen(name, "STARTUP2", 700));
    beats.push(seen(name, "RECOVERING, lag 4s", 900));
    let restarted = Event::Restarted {
        host: host(name),
        unit: UnitName::new("mongod"),
        state: MemberState::Secondary,
        took: Duration::from_millis(3_104),
        lag: Duration::ZERO,
    };
    beats.push((restarted, 100));
    beats
}

fn set_modes(from: TlsMode, to: TlsMode) -> Vec<Beat> {
    let mut beats = Vec::new();
    for name in ["db1", "db2", "db3"] {
        beats.extend(file(name, &from.to_string(), &to.to_string()));
    }
    beats.extend(
        ["db1", "db2", "db3"].map(|name| working(name, Task::SettingMode { mode: to }, 200)),
    );
    beats.extend(["db2", "db3", "db1"].map(|name| {
        let (by, read_by) = (DatabaseClient::Mongosh, DatabaseClient::Driver);
        (Event::ModeChanged { host: host(name), from, to, by, read_by }, 300)
    }));
    beats
}

/// The manual's procedure from beginning to end.
pub(crate) fn upgrade() -> Vec<Beat> {
    let mut beats = preflight();
    beats.push(step_started(1, "accept TLS beside plaintext"));
    beats.extend(["db3", "db2", "db1"].into_iter().flat_map(restart));
    beats.push(step_finished(1, "accept TLS beside plaintext", 6, 21));
    beats.push(step_started(2, "prefer TLS"));
    beats.extend(set_modes(TlsMode::Allow, TlsMode::Prefer));
    beats.push(step_finished(2, "prefer TLS", 6, 2));
    beats.push(step_started(3, "require TLS"));
    beats.push(step_finished(3, "require TLS", 0, 0));
    let took = Duration::from_secs(65);
    beats.push((Event::Finished { exit: Exit::Converged, changed: 12, took }, 0));
    beats
}

/// A member that does not come back.
pub(crate) fn failure() -> Vec<Beat> {
    let mut beats = preflight();
    beats.push(step_started(1, "accept TLS beside plaintext"));
    beats.extend(restart("db3"));
    let mut second = restart("db2");
    second.pop();
    beats.extend(second);
    let failed = Event::Failed { host: host("db2"), unit: UnitName::new("mongod") };
    beats.push((failed, 100));
    beats.push(working("db2", Task::Reverting, 800));
    let (state, mode) = (Some(MemberState::Secondary), Some(TlsMode::Disabled));
    let took = Duration::from_millis(2_800);
    beats.push((Event::Reverted { host: host("db2"), state, mode, took }, 100));
    let took = Duration::from_secs(84);
    beats.push((Event::Finished { exit: Exit::PutBack, changed: 3, took }, 0));
    beats
}

/// The error that ends [`failure`].
#[derive(Debug, thiserror::Error)]
#[error("`db2` was not SECONDARY within 60s of the restart of `mongod`")]
pub(crate) struct NotBack(#[source] pub(crate) LastSeen);

/// Its cause.
#[derive(Debug, thiserror::Error)]
#[error("last seen after 58s: RECOVERING, lag 41s")]
pub(crate) struct LastSeen;

impl Designed for NotBack {
    fn exit(&self) -> Exit {
        Exit::PutBack
    }

    fn hints(&self) -> Vec<String> {
        [
            "db2 was put back on its old configuration and is SECONDARY; db1 was not touched",
            "the mongod log says: \"Failed to find member in config, waiting for heartbeat\"",
            "run `tlsplan apply plans/prod.toml` again when db2 has caught up",
        ]
        .map(Into::into)
        .into()
    }
}
