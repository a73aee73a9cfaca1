//! Who is found in a log.

use std::net::IpAddr;

use super::samples::{Line, at, json, logging, others, reading};
use crate::cluster::{
    clients::{Client, ClientWatch, ConnectionEvent, Handshakes, LogEvent},
    mode::TlsMode,
};

const V4: &str = include_str!("../../../../tests/captured/clients_4.2.6.log");
const V6: &str = include_str!("../../../../tests/captured/clients_6.0.5.log");

/// Each log has the same clients: `billing` in plaintext and `orders` with TLS, at allowTLS and,
/// after a restart, at preferTLS; and each time somebody who connects and says nothing. Their lives
/// begin where the numbers begin anew.
fn lives(log: &str) -> Vec<Vec<&str>> {
    let mut lives: Vec<Vec<&str>> = Vec::new();
    let mut last = 0;
    for line in log.lines() {
        if let Some(LogEvent { what: ConnectionEvent::Accepted(number, _), .. }) =
            LogEvent::parse(line)
        {
            if lives.is_empty() || number < last {
                lives.push(Vec::new());
            }
            last = number;
        }
        lives.last_mut().unwrap().push(line);
    }
    lives
}

fn told(clients: &[Client]) -> Vec<String> {
    let words =
        |client: &Client| format!("{:?} {} {}", client.encryption, client.address, client.name());
    let mut told: Vec<_> = clients.iter().map(words).collect();
    told.dedup();
    told
}

#[test]
fn text_and_json_logs_give_the_same_answer_for_the_same_clients() {
    for log in [V4, V6] {
        let lives = lives(log);
        assert_eq!(lives.len(), 2);
        for life in &lives {
            let logging = logging(TlsMode::Allow, Handshakes::Logged);
            let clients = others(&ClientWatch::begin(reading(life, logging, at(0))));
            assert_eq!(told(&clients), ["Plaintext 127.0.0.1 billing", "Tls 127.0.0.1 orders"]);
            assert!(clients.iter().all(|client| client.open == 0));
            assert!(clients.iter().all(|client| client.driver.starts_with("nodejs|mongosh ")));
        }
    }
}

#[test]
fn without_lines_of_handshakes_only_prefer_tls_tells() {
    let lives = lives(V6);
    let blind = |life: &[&str], mode| {
        let seen: Vec<_> =
            life.iter().copied().filter(|line| !line.contains("\"id\":23218")).collect();
        let logging = logging(mode, Handshakes::NotLogged);
        told(&others(&ClientWatch::begin(reading(&seen, logging, at(0)))))
    };
    let unknown = ["Unknown 127.0.0.1 billing", "Unknown 127.0.0.1 orders"];
    assert_eq!(blind(&lives[0], TlsMode::Allow), unknown);
    let known = ["Plaintext 127.0.0.1 billing", "Tls 127.0.0.1 orders"];
    assert_eq!(blind(&lives[1], TlsMode::Prefer), known);
}

#[test]
fn lines_that_were_left_out_and_lines_read_twice_are_no_silence() {
    let mut lines = json(&[(0, Line::Starts), (80, Line::Opens(9, "10.0.0.9", "x"))]);
    lines.insert(
        1,
        format!(
            "tlsplan: ended connections are left out up to {}",
            json(&[(50, Line::Ends(4))])[0]
        ),
    );
    let lines: Vec<_> = lines.iter().map(String::as_str).collect();
    let mut watch =
        ClientWatch::begin(reading(&lines, logging(TlsMode::Allow, Handshakes::Logged), at(90)));
    assert_eq!(watch.since(), at(50));
    let again = reading(&lines[2..], logging(TlsMode::Allow, Handshakes::Logged), at(95));
    watch.take(again);
    let clients = others(&watch);
    assert_eq!((clients.len(), clients[0].connections, clients[0].open), (1, 1, 1));
}

#[test]
fn addresses_of_v4_in_the_clothes_of_v6_are_of_v4() {
    let client = |address: &str| {
        let lines = json(&[(0, Line::Opens(1, address, "x"))]);
        let lines: Vec<_> = lines.iter().map(String::as_str).collect();
        let log = logging(TlsMode::Allow, Handshakes::Logged);
        others(&ClientWatch::begin(reading(&lines, log, at(1))))[0].remote_address()
    };
    assert_eq!(client("::ffff:10.0.0.9"), Some("10.0.0.9".parse::<IpAddr>().unwrap()));
    assert_eq!(client("anonymous unix socket"), None);
}
