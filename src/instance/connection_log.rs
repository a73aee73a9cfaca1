//! What a server's log says of its connections.

use std::{net::IpAddr, time::Duration};

use jiff::Timestamp;

use super::script;
use crate::{
    cluster::clients::LogPlace,
    host::{
        Host,
        call::Call,
        facts::FactsError,
        fields::{Fields, MissingField},
    },
    name::UnitName,
    sanitise::sanitise_line,
};

/// How many ended connections of a life are kept at the first look: beyond that only what is open.
const ENDED: usize = 5000;
/// A log of gigabytes takes its time at the first look.
const DEADLINE: Duration = Duration::from_secs(300);
/// Ten thousand connections have about a kilobyte each.
const REPLY_CAP: usize = 64 * 1024 * 1024;

/// One look at a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionLog {
    /// The lines, or why there are none.
    pub lines: Result<Vec<String>, String>,
    /// The beginning of the first line of everything that was read: when it was written.
    pub first_line: Option<String>,
    /// Where it ended.
    pub place: LogPlace,
    /// The host's clock.
    pub clock: Timestamp,
    /// The host's addresses.
    pub addresses: Vec<IpAddr>,
}

impl Host {
    /// Reads what is new since the last look, or all of the server's present life. An empty path is
    /// systemd's journal.
    pub async fn connection_log(
        &self,
        path: &str,
        unit: &UnitName,
        from: &LogPlace,
    ) -> Result<ConnectionLog, FactsError> {
        let call = Call::new(&script::CONNECTION_LOG, "reading who is connected")
            .arg(path)
            .arg(unit.as_str())
            .arg(from.inode.to_string())
            .arg(from.size.to_string())
            .arg(ENDED.to_string())
            .deadline(DEADLINE)
            .reply_cap(REPLY_CAP);
        let fields = self.run(&call).await.map_err(FactsError::Call)?.fields();
        parse(&fields).map_err(|source| FactsError::Shape { host: self.name().clone(), source })
    }
}

fn parse(fields: &Fields) -> Result<ConnectionLog, MissingField> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let clock = fields.get::<f64>("clock")?;
    let clock = jiff::SignedDuration::try_from_secs_f64(clock).ok();
    let clock = clock.and_then(|since| Timestamp::from_duration(since).ok());
    let lines = match fields.text("unreadable") {
        Some(said) => Err(sanitise_line(said.as_bytes())),
        None => Ok(text(fields.block("lines").ok_or(MissingField("lines"))?)
            .lines()
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect()),
    };
    let addresses = fields.text("addresses").unwrap_or_default().split_whitespace();
    Ok(ConnectionLog {
        lines,
        first_line: fields
            .block("first")
            .map(text)
            .map(|line| line.trim_end().to_owned())
            .filter(|line| !line.is_empty()),
        place: LogPlace {
            inode: fields.get("inode").unwrap_or(0),
            size: fields.get("size").unwrap_or(0),
        },
        clock: clock.ok_or(MissingField("clock"))?,
        addresses: addresses.filter_map(|address| address.parse().ok()).collect(),
    })
}
