//! The census on real logs, and the gate on made-up ones.

use std::{net::IpAddr, time::Duration};

use jiff::{Timestamp, ToSpan};

use super::*;
use crate::{cluster::mode::TlsMode, name::HostName};

const V4: &str = include_str!("../../../tests/captured/clients_4.2.6.log");
const V6: &str = include_str!("../../../tests/captured/clients_6.0.5.log");

/// Each log has the same clients: `billing` in plaintext and `orders` with TLS, at allowTLS and,
/// after a restart, at preferTLS; and each time somebody who connects and says nothing. Their lives
/// begin where the numbers begin anew.
fn lives(log: &str) -> Vec<Vec<&str>> {
    let mut lives: Vec<Vec<&str>> = Vec::new();
    let mut last = 0;
    for line in log.lines() {
        if let Some(LogEvent { said: Said::Accepted(number, _), .. }) = LogEvent::read(line) {
            if lives.is_empty() || number < last {
                lives.push(Vec::new());
            }
            last = number;
        }
        lives.last_mut().unwrap().push(line);
    }
    lives
}

fn at(second: i64) -> Timestamp {
    "2026-11-26T20:00:00Z".parse::<Timestamp>().unwrap() + second.seconds()
}

fn logging(start_mode: TlsMode, handshakes: Handshakes) -> Logging {
    Logging { start_mode, handshakes, connections: Connections::Logged }
}

fn reading(lines: &[&str], logging: Logging, clock: Timestamp) -> ClientReading {
    ClientReading {
        log: Ok(lines.iter().map(|&line| line.to_owned()).collect()),
        first_line: None,
        place: LogPlace::default(),
        clock,
        addresses: vec!["10.0.0.1".parse().unwrap()],
        logging,
        open: None,
    }
}

fn told(clients: &[Client]) -> Vec<String> {
    let words =
        |client: &Client| format!("{:?} {} {}", client.speech, client.address, client.name());
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
            let clients = Watch::begin(reading(life, logging, at(0))).clients();
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
        told(&Watch::begin(reading(&seen, logging, at(0))).clients())
    };
    let unknown = ["Unknown 127.0.0.1 billing", "Unknown 127.0.0.1 orders"];
    assert_eq!(blind(&lives[0], TlsMode::Allow), unknown);
    let known = ["Plaintext 127.0.0.1 billing", "Tls 127.0.0.1 orders"];
    assert_eq!(blind(&lives[1], TlsMode::Prefer), known);
}

/// A line of a JSON log: an accepted connection and its client, a handshake, an end, a mode.
enum Line<'a> {
    Starts,
    Opens(u64, &'a str, &'a str),
    Shakes(u64),
    Ends(u64),
    Mode(&'a str),
}

fn json(lines: &[(i64, Line<'_>)]) -> Vec<String> {
    let line = |(second, line): &(i64, Line<'_>)| {
        let when = at(*second);
        let begin = |id: u32, ctx: &str, attr: &str| {
            format!(
                r#"{{"t":{{"$date":"{when}"}},"s":"I","id":{id},"ctx":"{ctx}","msg":"","attr":{{{attr}}}}}"#
            )
        };
        match line {
            Line::Starts => vec![begin(4_615_611, "initandlisten", "")],
            Line::Opens(number, address, name) => {
                let accepted = format!(r#""remote":"{address}:4711","connectionId":{number}"#);
                let (driver, app) = match name.strip_prefix("driver ") {
                    Some(driver) => (driver, String::new()),
                    None => ("nodejs", format!(r#""application":{{"name":"{name}"}},"#)),
                };
                let client =
                    format!(r#""doc":{{{app}"driver":{{"name":"{driver}","version":"6"}}}}"#);
                vec![
                    begin(22943, "listener", &accepted),
                    begin(51800, &format!("conn{number}"), &client),
                ]
            }
            Line::Shakes(number) => {
                vec![begin(23218, &format!("conn{number}"), r#""tlsVersion":"1.3""#)]
            }
            Line::Ends(number) => {
                vec![begin(22944, &format!("conn{number}"), &format!(r#""connectionId":{number}"#))]
            }
            Line::Mode(mode) => {
                let set = format!(r#""parameterName":"tlsMode","newValue":"\"{mode}\"""#);
                vec![begin(23435, "conn1", &set)]
            }
        }
    };
    lines.iter().flat_map(line).collect()
}

fn watched(running: TlsMode, logging: Logging, lines: &[(i64, Line<'_>)], clock: i64) -> Watched {
    let lines = json(lines);
    let lines: Vec<_> = lines.iter().map(String::as_str).collect();
    let watch = Watch::begin(reading(&lines, logging, at(clock)));
    Watched { host: HostName::new("db1"), running, watch }
}

fn judged(one: Watched, allow: &[Allowed]) -> (u64, Vec<String>, Vec<Blindness>) {
    let now = standing(&[one], Duration::from_secs(60), allow);
    let names = now.in_the_way.iter().map(|seen| seen.client.name().to_owned()).collect();
    (now.quiet.as_secs(), names, now.blind.into_iter().map(|(_, why)| why).collect())
}

#[test]
fn silence_counts_from_the_last_word_in_plaintext() {
    use Line::{Ends, Opens, Shakes, Starts};
    let log = || logging(TlsMode::Allow, Handshakes::Logged);
    for (what, lines, clock, quiet, in_the_way) in [
        ("nobody was there", vec![(0, Starts)], 30, 30, &[][..]),
        (
            "one that is open speaks now",
            vec![(0, Starts), (5, Opens(7, "10.0.0.9", "billing"))],
            90,
            0,
            &["billing"],
        ),
        (
            "one that left is in the way until the time is over",
            vec![(0, Starts), (5, Opens(7, "10.0.0.9", "billing")), (40, Ends(7))],
            90,
            50,
            &["billing"],
        ),
        (
            "and then no more",
            vec![(0, Starts), (5, Opens(7, "10.0.0.9", "billing")), (40, Ends(7))],
            100,
            60,
            &[],
        ),
        (
            "TLS is no plaintext",
            vec![(0, Starts), (5, Opens(7, "10.0.0.9", "orders")), (5, Shakes(7))],
            90,
            90,
            &[],
        ),
        (
            "a life before is over",
            vec![(0, Starts), (5, Opens(7, "10.0.0.9", "billing")), (50, Starts)],
            90,
            40,
            &[],
        ),
        (
            "servers among each other, and we",
            vec![
                (0, Starts),
                (5, Opens(1, "10.0.0.1", "driver NetworkInterfaceTL")),
                (5, Opens(2, "127.0.0.1", "tlsplan")),
            ],
            90,
            90,
            &[],
        ),
        (
            "a server from elsewhere is a client, and so is one that takes our name",
            vec![
                (0, Starts),
                (5, Opens(1, "10.0.0.77", "driver NetworkInterfaceTL")),
                (5, Opens(2, "10.0.0.9", "tlsplan")),
            ],
            90,
            0,
            &["NetworkInterfaceTL 6", "tlsplan"],
        ),
    ] {
        let found = judged(watched(TlsMode::Allow, log(), &lines, clock), &[]);
        let names: Vec<_> = found.1.iter().map(String::as_str).collect();
        assert_eq!((found.0, names.as_slice(), found.2.len()), (quiet, in_the_way, 0), "{what}");
    }
}

#[test]
fn the_plan_lets_networks_and_applications_through() {
    let line = || vec![(0, Line::Starts), (5, Line::Opens(7, "::ffff:10.0.9.4", "exporter"))];
    let log = || logging(TlsMode::Allow, Handshakes::Logged);
    let network = |text: &str| Allowed::Network(text.parse().unwrap());
    for (allow, free) in [
        (network("10.0.9.0/24"), true),
        (network("10.0.9.4/32"), true),
        (network("10.0.8.0/24"), false),
        (Allowed::Application("exporter".into()), true),
        (Allowed::Application("export".into()), false),
    ] {
        let (_, names, _) =
            judged(watched(TlsMode::Allow, log(), &line(), 90), std::slice::from_ref(&allow));
        assert_eq!(names.is_empty(), free, "{allow:?}");
    }
}

/// A mode is looked at once per connection.
#[test]
fn a_connection_from_before_a_mode_is_not_known_by_it() {
    use Line::{Mode, Opens, Starts};
    let lines = || {
        vec![
            (0, Starts),
            (5, Opens(7, "10.0.0.9", "old")),
            (10, Mode("preferTLS")),
            (15, Opens(8, "10.0.0.9", "new")),
        ]
    };
    let log = |handshakes| logging(TlsMode::Allow, handshakes);
    let one = |handshakes| watched(TlsMode::Prefer, log(handshakes), &lines(), 90);
    let speech = |one: &Watched| {
        let clients = one.watch.clients();
        clients.into_iter().map(|it| (it.name().to_owned(), it.speech)).collect::<Vec<_>>()
    };
    let (old, new) = ("old".to_owned(), "new".to_owned());
    assert_eq!(
        speech(&one(Handshakes::NotLogged)),
        [(old.clone(), Speech::Unknown), (new.clone(), Speech::Tls)]
    );
    assert_eq!(
        speech(&one(Handshakes::Logged)),
        [(new, Speech::Plaintext), (old, Speech::Plaintext)]
    );
}

#[test]
fn blindness_is_said_where_there_is_some() {
    let quiet =
        Logging { connections: Connections::Quiet, ..logging(TlsMode::Prefer, Handshakes::Logged) };
    for (running, logging, expected) in [
        (
            TlsMode::Allow,
            logging(TlsMode::Allow, Handshakes::NotLogged),
            vec![Blindness::NoHandshakes],
        ),
        (TlsMode::Allow, logging(TlsMode::Allow, Handshakes::Logged), vec![]),
        (TlsMode::Prefer, logging(TlsMode::Allow, Handshakes::NotLogged), vec![]),
        (TlsMode::Prefer, logging(TlsMode::Allow, Handshakes::Hidden), vec![Blindness::Hidden]),
        (TlsMode::Prefer, quiet, vec![Blindness::Quiet]),
    ] {
        let found = judged(watched(running, logging, &[(0, Line::Starts)], 90), &[]);
        assert_eq!(found.2, expected);
    }
    assert_eq!(Handshakes::of(Some("TLS1_2,TLS1_3")), Handshakes::NotLogged);
    assert_eq!(Handshakes::of(Some(LOG_VERSIONS)), Handshakes::Logged);
    assert_eq!(Handshakes::of(None), Handshakes::NotLogged);
}

/// The log was taken away, or written elsewhere; the server still knows whom it has.
#[test]
fn what_only_the_server_itself_names_may_speak_plaintext_until_it_is_gone() {
    let open = |open: bool| {
        let one = OpenConnection {
            number: 3,
            remote: Remote::read("10.0.0.9:1"),
            application: Some("billing".into()),
            driver: String::new(),
        };
        Some(if open { vec![one] } else { Vec::new() })
    };
    let log = || logging(TlsMode::Prefer, Handshakes::Logged);
    let look = |second: i64, is_open| ClientReading {
        open: open(is_open),
        ..reading(&[], log(), at(second))
    };
    let mut watch = Watch::begin(look(0, true));
    let judged = |watch: &Watch| {
        let one =
            Watched { host: HostName::new("db1"), running: TlsMode::Prefer, watch: watch.clone() };
        judged(one, &[])
    };
    assert_eq!(judged(&watch).1, ["billing"]);
    watch.take(look(10, false));
    assert_eq!((judged(&watch).0, judged(&watch).1), (10, vec!["billing".to_owned()]));
    watch.take(look(70, false));
    assert_eq!((judged(&watch).0, judged(&watch).1.len()), (70, 0));
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
        Watch::begin(reading(&lines, logging(TlsMode::Allow, Handshakes::Logged), at(90)));
    assert_eq!(watch.since(), at(50));
    let again = reading(&lines[2..], logging(TlsMode::Allow, Handshakes::Logged), at(95));
    watch.take(again);
    let clients = watch.clients();
    assert_eq!((clients.len(), clients[0].connections, clients[0].open), (1, 1, 1));
}

#[test]
fn addresses_of_v4_in_the_clothes_of_v6_are_of_v4() {
    let client = |address: &str| {
        let lines = json(&[(0, Line::Opens(1, address, "x"))]);
        let lines: Vec<_> = lines.iter().map(String::as_str).collect();
        let log = logging(TlsMode::Allow, Handshakes::Logged);
        Watch::begin(reading(&lines, log, at(1))).clients()[0].remote_address()
    };
    assert_eq!(client("::ffff:10.0.0.9"), Some("10.0.0.9".parse::<IpAddr>().unwrap()));
    assert_eq!(client("anonymous unix socket"), None);
}
