//! For how long there was silence, and who stands in the way.

use std::time::Duration;

use super::samples::{Line, at, json, logging, others, reading};
use crate::{
    cluster::{
        clients::{
            Allowed, ClientReading, ClientWatch, Connections, Encryption, Handshakes, LOG_VERSIONS,
            Logging, OpenConnection, Remote, VisibilityGap, WatchedServer, gate_status,
        },
        mode::TlsMode,
    },
    name::HostName,
};

fn watched(
    running: TlsMode,
    logging: Logging,
    lines: &[(i64, Line<'_>)],
    clock: i64,
) -> WatchedServer {
    let lines = json(lines);
    let lines: Vec<_> = lines.iter().map(String::as_str).collect();
    let watch = ClientWatch::begin(reading(&lines, logging, at(clock)));
    WatchedServer { host: HostName::new("db1"), running, watch }
}

fn judged(one: WatchedServer, allow: &[Allowed]) -> (u64, Vec<String>, Vec<VisibilityGap>) {
    let now = gate_status(&[one], Duration::from_secs(60), allow);
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
    let encryption = |one: &WatchedServer| {
        let clients = others(&one.watch);
        clients.into_iter().map(|it| (it.name().to_owned(), it.encryption)).collect::<Vec<_>>()
    };
    let (old, new) = ("old".to_owned(), "new".to_owned());
    assert_eq!(
        encryption(&one(Handshakes::NotLogged)),
        [(old.clone(), Encryption::Unknown), (new.clone(), Encryption::Tls)]
    );
    assert_eq!(
        encryption(&one(Handshakes::Logged)),
        [(new, Encryption::Plaintext), (old, Encryption::Plaintext)]
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
            vec![VisibilityGap::NoHandshakes],
        ),
        (TlsMode::Allow, logging(TlsMode::Allow, Handshakes::Logged), vec![]),
        (TlsMode::Prefer, logging(TlsMode::Allow, Handshakes::NotLogged), vec![]),
        (TlsMode::Prefer, logging(TlsMode::Allow, Handshakes::Hidden), vec![VisibilityGap::Hidden]),
        (TlsMode::Prefer, quiet, vec![VisibilityGap::Quiet]),
    ] {
        let found = judged(watched(running, logging, &[(0, Line::Starts)], 90), &[]);
        assert_eq!(found.2, expected);
    }
    assert_eq!(Handshakes::from_log_versions(Some("TLS1_2,TLS1_3")), Handshakes::NotLogged);
    assert_eq!(Handshakes::from_log_versions(Some(LOG_VERSIONS)), Handshakes::Logged);
    assert_eq!(Handshakes::from_log_versions(None), Handshakes::NotLogged);
}

/// The log was taken away, or written elsewhere; the server still knows whom it has.
#[test]
fn what_only_the_server_itself_names_may_speak_plaintext_until_it_is_gone() {
    let open = |open: bool| {
        let one = OpenConnection {
            number: 3,
            remote: Remote::parse("10.0.0.9:1"),
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
    let mut watch = ClientWatch::begin(look(0, true));
    let judged = |watch: &ClientWatch| {
        let one = WatchedServer {
            host: HostName::new("db1"),
            running: TlsMode::Prefer,
            watch: watch.clone(),
        };
        judged(one, &[])
    };
    assert_eq!(judged(&watch).1, ["billing"]);
    watch.take(look(10, false));
    assert_eq!((judged(&watch).0, judged(&watch).1), (10, vec!["billing".to_owned()]));
    watch.take(look(70, false));
    assert_eq!((judged(&watch).0, judged(&watch).1.len()), (70, 0));
}

/// A connection in the server's own list.
fn listed(number: u64, address: &str, application: Option<&str>) -> OpenConnection {
    OpenConnection {
        number,
        remote: Remote::parse(&format!("{address}:4711")),
        application: application.map(str::to_owned),
        driver: String::new(),
    }
}

fn us() -> OpenConnection {
    listed(999_999, "127.0.0.1", Some("tlsplan"))
}

/// What is seen of these lines with the server's own list beside them.
fn beside(
    lines: &[String],
    open: Vec<OpenConnection>,
    clock: i64,
) -> (u64, Vec<String>, Vec<VisibilityGap>) {
    let lines: Vec<_> = lines.iter().map(String::as_str).collect();
    let log = logging(TlsMode::Allow, Handshakes::Logged);
    let reading = ClientReading { open: Some(open), ..reading(&lines, log, at(clock)) };
    let watch = ClientWatch::begin(reading);
    judged(WatchedServer { host: HostName::new("db1"), running: TlsMode::Allow, watch }, &[])
}

/// `mgo` and others of its time do not say who they are.
#[test]
fn a_client_that_says_no_name_stands_in_the_way_unless_it_only_knocked() {
    let start = json(&[(0, Line::Starts)])[0].clone();
    let accepted = |second| json(&[(second, Line::Opens(7, "10.0.0.9", "x"))])[0].clone();
    let ended = |second| json(&[(second, Line::Ends(7))])[0].clone();
    let nameless = ["a client without a name".to_owned()];
    let found = beside(&[start.clone(), accepted(0)], vec![us(), listed(7, "10.0.0.9", None)], 90);
    assert_eq!((found.0, found.1.as_slice()), (0, &nameless[..]));
    let found = beside(&[start.clone(), accepted(0), ended(60)], vec![us()], 90);
    assert_eq!((found.0, found.1.as_slice()), (30, &nameless[..]));
    let knocked = beside(&[start, accepted(60), ended(61)], vec![us()], 90);
    assert_eq!(knocked.1, [""; 0]);
}

#[test]
fn a_connection_whose_end_was_not_read_is_over_when_the_server_does_not_have_it() {
    let lines = json(&[(0, Line::Starts), (5, Line::Opens(7, "10.0.0.9", "billing"))]);
    assert_eq!(beside(&lines, vec![us()], 90).1, [""; 0]);
    assert_eq!(beside(&lines, vec![us(), listed(7, "10.0.0.9", None)], 90).1, ["billing"]);
}

/// logrotate took it from under the server, which goes on writing to a file without a name.
#[test]
fn a_log_that_shows_only_our_connections_of_other_days_is_not_believed() {
    let today = OpenConnection { number: 5000, ..us() };
    assert_eq!(beside(&[], vec![today], 90).2, [VisibilityGap::OwnConnectionMissing]);
    assert_eq!(beside(&[], vec![us()], 90).2, []);
}

/// A server that dials somebody while it serves a client writes that down in the client's name.
#[test]
fn a_handshake_with_somebody_else_is_not_the_clients() {
    let mut lines = json(&[(0, Line::Starts), (5, Line::Opens(7, "10.0.0.9", "billing"))]);
    lines.extend(json(&[(6, Line::Shakes(7))]));
    assert_eq!(beside(&lines, vec![us(), listed(7, "10.0.0.9", None)], 90).1, [""; 0]);
    let elsewhere = lines[3].replace("10.0.0.9:4711", "10.0.0.2:27017");
    lines[3] = elsewhere;
    assert_eq!(beside(&lines, vec![us(), listed(7, "10.0.0.9", None)], 90).1, ["billing"]);
}

#[test]
fn hosts_that_rehearsed_tls_among_each_other_are_no_clients() {
    let seen = |address: &str| {
        let mut lines = json(&[(0, Line::Opens(7, address, "x"))]);
        lines.truncate(1);
        let shaken = json(&[(0, Line::Shakes(7))])[0].replace("10.0.0.9", address);
        lines.extend([shaken, json(&[(1, Line::Ends(7))])[0].clone()]);
        let lines: Vec<_> = lines.iter().map(String::as_str).collect();
        let log = logging(TlsMode::Allow, Handshakes::Logged);
        let watch = ClientWatch::begin(reading(&lines, log, at(9)));
        let one = WatchedServer { host: HostName::new("db1"), running: TlsMode::Allow, watch };
        crate::cluster::clients::clients(&[one]).len()
    };
    assert_eq!((seen("10.0.0.1"), seen("10.0.0.9")), (0, 1));
}
