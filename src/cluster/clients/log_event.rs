//! Lines of a log that are about connections, of both forms: JSON since 4.4, text before.

use jiff::{Timestamp, fmt::strtime};
use serde_json::Value;

use crate::cluster::mode::TlsMode;

/// The other end of a connection.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Remote {
    /// Its address; the server's words where there is none, as for a socket of Unix.
    pub address: String,
    /// Its port; 0 where there is none.
    pub port: u16,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEvent {
    /// When.
    pub at: Timestamp,
    /// What it says.
    pub what: ConnectionEvent,
}

/// What a line says of the connections to a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConnectionEvent {
    /// 22943: it was accepted, and has this number from now on.
    Accepted(u64, Remote),
    /// 22944: it is over.
    Ended(u64),
    /// 51800: who is at the other end.
    Client {
        /// The connection.
        connection: u64,
        /// The application's name, where it says one.
        application: Option<String>,
        /// The driver and its version.
        driver: String,
    },
    /// 23218: it shook hands with this other end. One that the server itself began has another.
    Handshake(u64, Remote),
    /// 23838: it speaks plaintext to a server at preferTLS.
    Plaintext(u64),
    /// 4615611: a life of the server begins, and its connections are counted anew.
    Started,
    /// 23435: the running mode was set.
    Mode(TlsMode),
}

impl LogEvent {
    /// Reads a line; `None` for one about something else.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        match serde_json::from_str::<Value>(line) {
            Ok(line) => of_json(&line),
            Err(_) => of_text(line),
        }
    }
}

fn of_json(line: &Value) -> Option<LogEvent> {
    let attribute = |name: &str| line.get("attr")?.get(name);
    let text = |name: &str| attribute(name)?.as_str();
    let number = || attribute("connectionId")?.as_u64();
    // Handshakes that the server made with others are logged too, by other threads.
    let own = || connection(line.get("ctx")?.as_str()?);
    let what = match line.get("id")?.as_u64()? {
        22943 => ConnectionEvent::Accepted(number()?, Remote::parse(text("remote")?)),
        22944 => ConnectionEvent::Ended(number()?),
        51800 => {
            let told = attribute("doc")?;
            let name = |of: &str, key: &str| told.get(of)?.get(key)?.as_str();
            let driver = [name("driver", "name"), name("driver", "version")];
            let driver: Vec<_> = driver.into_iter().flatten().collect();
            let application = name("application", "name").map(str::to_owned);
            ConnectionEvent::Client { connection: own()?, application, driver: driver.join(" ") }
        }
        23218 => ConnectionEvent::Handshake(own()?, Remote::parse(text("remoteHost")?)),
        23838 => ConnectionEvent::Plaintext(number()?),
        4_615_611 => ConnectionEvent::Started,
        23435 => ConnectionEvent::Mode(mode(text("parameterName")?, text("newValue")?)?),
        _ => return None,
    };
    Some(LogEvent { at: stamp_of_json(line)?, what })
}

/// When a line was written, whatever it is about; its beginning is enough.
pub(super) fn stamp(line: &str) -> Option<Timestamp> {
    match line.split_once("\"$date\":\"") {
        Some((_, rest)) => rest.split('"').next()?.parse().ok(),
        None => stamp_of_text(line.split(' ').next()?),
    }
}

fn stamp_of_json(line: &Value) -> Option<Timestamp> {
    line.get("t")?.get("$date")?.as_str()?.parse().ok()
}

/// As `iso8601-local` and `iso8601-utc` have it.
fn stamp_of_text(stamp: &str) -> Option<Timestamp> {
    let local = strtime::parse("%Y-%m-%dT%H:%M:%S%.f%z", stamp).ok();
    local.and_then(|time| time.to_timestamp().ok()).or_else(|| stamp.parse().ok())
}

/// The mode that a parameter was set to, by either of its names; the value stands in quotation marks.
fn mode(parameter: &str, value: &str) -> Option<TlsMode> {
    if !["tlsMode", "sslMode"].contains(&parameter) {
        return None;
    }
    value.trim_matches('"').parse().ok()
}

/// `2026-11-26T19:50:56.782+0000 I  NETWORK  [conn2] words`.
fn of_text(line: &str) -> Option<LogEvent> {
    let (stamp, rest) = line.split_once(' ')?;
    let (thread, words) = rest.split_once('[')?.1.split_once("] ")?;
    let own = || connection(thread);
    let what = if let Some(rest) = words.strip_prefix("connection accepted from ") {
        let (from, rest) = rest.split_once(" #")?;
        ConnectionEvent::Accepted(rest.split(' ').next()?.parse().ok()?, Remote::parse(from))
    } else if words.starts_with("end connection ") {
        ConnectionEvent::Ended(own()?)
    } else if words.starts_with("received client metadata from ") {
        let driver = after(words, "driver: ")
            .map(|driver| [quoted(driver, "name: "), quoted(driver, "version: ")]);
        let driver: Vec<_> = driver.into_iter().flatten().flatten().collect();
        let application = after(words, "application: ").and_then(|rest| quoted(rest, "name: "));
        ConnectionEvent::Client { connection: own()?, application, driver: driver.join(" ") }
    } else if let Some(rest) = words.strip_prefix("Accepted connection with TLS Version ") {
        ConnectionEvent::Handshake(own()?, Remote::parse(after(rest, "from connection ")?))
    } else if words.ends_with(" is not using SSL.") {
        ConnectionEvent::Plaintext(own()?)
    } else if words.starts_with("MongoDB starting : ") {
        ConnectionEvent::Started
    } else if let Some(rest) = words.strip_prefix("successfully set parameter ") {
        let (parameter, rest) = rest.split_once(" to ")?;
        ConnectionEvent::Mode(mode(parameter, rest.split(' ').next()?)?)
    } else {
        return None;
    };
    Some(LogEvent { at: stamp_of_text(stamp)?, what })
}

/// The number in the name of a connection's thread.
fn connection(thread: &str) -> Option<u64> {
    thread.strip_prefix("conn")?.parse().ok()
}

impl Remote {
    /// Reads `10.0.0.9:36470` and `[fd00::9]:36470`.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let whole = || Self { address: text.to_owned(), port: 0 };
        let Some((address, port)) = text.rsplit_once(':') else { return whole() };
        let address = address.trim_start_matches('[').trim_end_matches(']');
        port.parse().map_or_else(|_| whole(), |port| Self { address: address.to_owned(), port })
    }
}

fn after<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    text.split_once(key).map(|(_, rest)| rest)
}

/// The text in quotation marks behind a key; one that was escaped stays as it is.
fn quoted(text: &str, key: &str) -> Option<String> {
    let text = after(text, key)?.strip_prefix('"')?;
    let mut escaped = false;
    let end = text.find(|letter| {
        let ends = letter == '"' && !escaped;
        escaped = letter == '\\' && !escaped;
        ends
    });
    text.get(..end?).map(str::to_owned)
}
