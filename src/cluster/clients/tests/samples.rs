//! Lines of a log, and what a look at a server with them brings.

use jiff::{Timestamp, ToSpan};

use crate::cluster::{
    clients::{Client, ClientReading, ClientWatch, Connections, Handshakes, LogPlace, Logging},
    mode::TlsMode,
};

pub(super) fn at(second: i64) -> Timestamp {
    "2026-11-26T20:00:00Z".parse::<Timestamp>().unwrap() + second.seconds()
}

pub(super) fn logging(start_mode: TlsMode, handshakes: Handshakes) -> Logging {
    Logging { start_mode, handshakes, connections: Connections::Logged }
}

/// The clients that a watch knows, but us.
pub(super) fn others(watch: &ClientWatch) -> Vec<Client> {
    watch.clients().into_iter().filter(|client| client.name() != "tlsplan").collect()
}

/// Our own connection, without which no log is believed.
fn own() -> Vec<String> {
    json(&[(-3600, Line::Opens(999_999, "127.0.0.1", "tlsplan"))])
}

pub(super) fn reading(lines: &[&str], logging: Logging, clock: Timestamp) -> ClientReading {
    ClientReading {
        log: Ok(lines.iter().map(|&line| line.to_owned()).chain(own()).collect()),
        first_line: None,
        place: LogPlace::default(),
        clock,
        addresses: vec!["10.0.0.1".parse().unwrap()],
        logging,
        open: None,
    }
}

/// A line of a JSON log: an accepted connection and its client, a handshake, an end, a mode.
pub(super) enum Line<'a> {
    Starts,
    Opens(u64, &'a str, &'a str),
    Shakes(u64),
    Ends(u64),
    Mode(&'a str),
}

pub(super) fn json(lines: &[(i64, Line<'_>)]) -> Vec<String> {
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
                vec![begin(
                    23218,
                    &format!("conn{number}"),
                    r#""tlsVersion":"1.3","remoteHost":"10.0.0.9:4711""#,
                )]
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
