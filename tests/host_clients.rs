//! What is read of a server's log for the census: on real lines of both forms, rotated, packed, cut and huge.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod common;

use std::{fmt::Write as _, fs, process::Command};

use common::{local_transport::LocalTransport, sandbox::Sandbox};
use tlsplan::{
    cluster::clients::{ConnectionEvent, LogEvent, LogPlace},
    host::Host,
    instance::connection_log::ConnectionLog,
    name::UnitName,
};

const V4: &str = include_str!("captured/clients_4.2.6.log");
const V6: &str = include_str!("captured/clients_6.0.5.log");
const STARTS: [&str; 2] = [
    "2026-11-26T19:00:00.000+0000 I  CONTROL  [initandlisten] MongoDB starting : pid=1 port=27017 dbpath=/x 64-bit host=db1",
    r#"{"t":{"$date":"2026-11-26T19:00:00.000+00:00"},"s":"I",  "c":"CONTROL",  "id":4615611, "ctx":"initandlisten","msg":"MongoDB starting","attr":{"pid":1}}"#,
];
const OTHER: &str = r#"{"t":{"$date":"2026-11-26T18:00:00.000+00:00"},"s":"I",  "c":"CONTROL",  "id":20698, "ctx":"-","msg":"***** SERVER RESTARTED *****"}"#;

async fn look(host: &Host, log: &str, from: &LogPlace) -> ConnectionLog {
    host.connection_log(log, &UnitName::new("mongod"), from).await.unwrap()
}

/// The lines in an order of their own, as connections are told one after another.
fn sorted(log: &ConnectionLog) -> Vec<String> {
    let mut lines = log.lines.clone().unwrap();
    lines.sort();
    lines
}

/// The captured lines are of two lives; numbers begin anew with the second.
fn first_life(log: &str) -> Vec<&str> {
    let mut highest = 0;
    let life = log.lines().take_while(|line| match LogEvent::parse(line).map(|event| event.what) {
        Some(ConnectionEvent::Accepted(number, _)) => {
            std::mem::replace(&mut highest, number) < number
        }
        _ => true,
    });
    life.collect()
}

#[tokio::test]
async fn of_a_log_the_present_life_is_read_and_nothing_that_is_about_something_else() {
    for (log, start) in [V4, V6].into_iter().zip(STARTS) {
        let sandbox = Sandbox::new();
        let host = sandbox.host(LocalTransport::new());
        let before = log.lines().next().unwrap();
        let life = first_life(log);
        let text = format!("{OTHER}\n{before}\n{start}\n{}\n", life.join("\n"));
        let file = sandbox.file("mongod.log", text.as_bytes());
        let read = look(&host, file.to_str().unwrap(), &LogPlace::default()).await;
        assert_eq!(read.first_line.as_deref(), Some(&OTHER[..80]));
        let lines = sorted(&read);
        assert!(lines.contains(&start.to_owned()));
        let events = life.iter().filter(|line| LogEvent::parse(line).is_some()).count();
        assert_eq!(lines.len(), events + 1, "{lines:#?}");
    }
}

#[tokio::test]
async fn a_log_that_was_rotated_is_read_back_to_the_start_of_the_server_packed_files_too() {
    let sandbox = Sandbox::new();
    let host = sandbox.host(LocalTransport::new());
    let lines: Vec<_> = V6.lines().take(6).collect();
    let oldest = format!("{}\n{}\n", STARTS[1], lines[..2].join("\n"));
    let packed = sandbox.file("mongod.log.1", oldest.as_bytes());
    assert!(Command::new("gzip").arg(&packed).status().unwrap().success());
    let middle = sandbox.file("mongod.log.2026-11-26", lines[2..4].join("\n").as_bytes());
    fs::write(&middle, lines[2..4].join("\n") + "\n").unwrap();
    let log = sandbox.file("mongod.log", (lines[4..].join("\n") + "\n").as_bytes());
    let read = look(&host, log.to_str().unwrap(), &LogPlace::default()).await;
    let mut expected: Vec<_> = lines.iter().map(|&line| line.to_owned()).collect();
    expected.push(STARTS[1].to_owned());
    expected.sort();
    assert_eq!(sorted(&read), expected);
}

#[tokio::test]
async fn the_next_look_brings_what_is_new_also_across_a_rotation() {
    let sandbox = Sandbox::new();
    let host = sandbox.host(LocalTransport::new());
    let lines: Vec<_> = V6.lines().take(6).collect();
    let log = sandbox.file("mongod.log", format!("{}\n{}\n", STARTS[1], lines[0]).as_bytes());
    let path = log.to_str().unwrap();
    let first = look(&host, path, &LogPlace::default()).await;
    fs::write(&log, format!("{}\n{}\n{}\n", STARTS[1], lines[0], lines[1])).unwrap();
    let second = look(&host, path, &first.place).await;
    assert!(second.lines.unwrap().contains(&lines[1].to_owned()));
    fs::rename(&log, sandbox.path("mongod.log.1")).unwrap();
    fs::write(&log, format!("{}\n", lines[2])).unwrap();
    let third = look(&host, path, &second.place).await.lines.unwrap();
    assert_eq!(third.last().unwrap(), lines[2]);
}

#[tokio::test]
async fn of_connections_that_ended_only_the_last_are_kept_and_that_is_said() {
    let sandbox = Sandbox::new();
    let host = sandbox.host(LocalTransport::new());
    let mut text = format!("{}\n", STARTS[1]);
    for number in 1..=5003 {
        let line = |id, attr: &str| {
            format!(
                r#"{{"t":{{"$date":"2026-11-26T19:00:00.{:03}+00:00"}},"s":"I",  "c":"NETWORK",  "id":{id},   "ctx":"x","msg":"","attr":{{{attr}}}}}"#,
                number % 1000
            )
        };
        let accepted = line(22943, &format!(r#""remote":"10.0.0.9:1","connectionId":{number}"#));
        let ended = line(22944, &format!(r#""remote":"10.0.0.9:1","connectionId":{number}"#));
        writeln!(text, "{accepted}").unwrap();
        if number != 1 {
            writeln!(text, "{ended}").unwrap();
        }
    }
    let log = sandbox.file("mongod.log", text.as_bytes());
    let read = look(&host, log.to_str().unwrap(), &LogPlace::default()).await;
    let lines = read.lines.unwrap();
    // The start, the one that is open, five thousand that ended, and the word about the two that are left out.
    assert_eq!(lines.len(), 1 + 1 + 2 * 5000 + 1);
    let told = lines.iter().find(|line| line.starts_with("tlsplan: ")).unwrap();
    assert!(told.starts_with("tlsplan: ended connections are left out up to {\"t\":{\"$date\":\"2026-11-26T19:00:00.003"), "{told}");
}

#[tokio::test]
async fn a_log_that_is_not_there_is_said_and_the_journal_stands_in_for_none() {
    let sandbox = Sandbox::new();
    sandbox.tool(
        "journalctl",
        &format!("printf '%s\\n' '{}' '{}'", STARTS[1], V6.lines().next().unwrap()),
    );
    let host = sandbox.host(LocalTransport::new());
    let missing = sandbox.path("none.log");
    let read = look(&host, missing.to_str().unwrap(), &LogPlace::default()).await;
    assert_eq!(read.lines.unwrap_err(), format!("{} is no regular file", missing.display()));
    let journal = look(&host, "", &LogPlace::default()).await;
    assert_eq!(journal.lines.unwrap().len(), 2);
    assert!(journal.addresses.iter().any(std::net::IpAddr::is_loopback), "{:?}", journal.addresses);
}
