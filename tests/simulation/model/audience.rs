//! Clients besides the writer: who speaks plaintext to the members, and what their logs say of it.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tlsplan::cluster::{
    clients::{ClientReading, Connections, Handshakes, LogPlace, Logging},
    mode::TlsMode,
};

/// One that speaks plaintext to every member until it goes; it comes back to one that was restarted.
pub(crate) struct Guest {
    pub(crate) name: &'static str,
    pub(crate) until: Duration,
}

/// All of them, and how much members log.
pub(crate) struct Audience {
    pub(crate) guests: Vec<Guest>,
    pub(crate) handshakes: Handshakes,
}

impl Default for Audience {
    fn default() -> Self {
        Self { guests: Vec::new(), handshakes: Handshakes::Logged }
    }
}

impl Audience {
    /// What a member says at this moment. Its log goes back to the beginning of the story, as if no
    /// restart had made anybody connect anew.
    pub(crate) fn read(&self, now: Duration, mode: TlsMode) -> ClientReading {
        let mut lines = vec![line(Duration::ZERO, 4_615_611, "x", "")];
        let own = Guest { name: "tlsplan", until: Duration::MAX };
        for (number, guest) in (1..).zip(self.guests.iter().chain([&own])) {
            lines.extend(guest.lines(number, now, mode));
        }
        ClientReading {
            log: Ok(lines),
            first_line: None,
            place: LogPlace::default(),
            clock: moment(now),
            addresses: vec!["10.0.0.1".parse().unwrap()],
            logging: Logging {
                start_mode: TlsMode::Allow,
                handshakes: self.handshakes,
                connections: Connections::Logged,
            },
            open: None,
        }
    }
}

impl Guest {
    fn lines(&self, number: u64, now: Duration, mode: TlsMode) -> Vec<String> {
        let (at, connection) = (Duration::from_millis(1), format!("\"connectionId\":{number}"));
        let (name, thread) = (self.name, format!("conn{number}"));
        let address = if name == "tlsplan" { "127.0.0.1" } else { "10.9.9.9" };
        let client = format!("\"doc\":{{\"application\":{{\"name\":\"{name}\"}}}}");
        let mut lines = vec![
            line(at, 22943, "x", &format!("\"remote\":\"{address}:1\",{connection}")),
            line(at, 51800, &thread, &client),
        ];
        if mode == TlsMode::Prefer {
            lines.push(line(at, 23838, "x", &connection));
        }
        if self.until <= now {
            lines.push(line(self.until, 22944, "x", &connection));
        }
        lines
    }
}

fn line(at: Duration, id: u32, thread: &str, attributes: &str) -> String {
    let at = moment(at);
    format!(
        r#"{{"t":{{"$date":"{at}"}},"s":"I","id":{id},"ctx":"{thread}","msg":"","attr":{{{attributes}}}}}"#
    )
}

fn moment(since: Duration) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::try_from(since).unwrap()
}
