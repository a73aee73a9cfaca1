//! A line of a journal, as it is written and as it is read back.
//!
//! It is a record of the stream with a number. It ends with its own checksum, `"sum"`, and `prev` is the
//! checksum of the line before it. The latter finds a change anywhere but in the last line, the former
//! finds it there.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{
    checksum::{Checksum, DIGITS},
    line_error::LineError,
    truncate, version1,
};
use crate::event::{Record, VERSION};

/// No line is longer, its line feed included.
pub const LONGEST: usize = 64 * 1024;

/// What stands before and after the checksum.
const SEAL: (&str, &str) = (",\"sum\":\"", "\"}");

/// A line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it says.
    pub record: Record,
    /// Its number, counted from 1, and what it is tied to.
    pub link: Link,
}

/// The place of a line in its journal.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Link {
    /// Its number, counted from 1.
    pub seq: u64,
    /// Milliseconds since the boot of the machine.
    pub m: u64,
    /// That boot.
    pub boot: String,
    pub(super) prev: Checksum,
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Something is about to be done.
    Intent,
    /// What came of it.
    Outcome,
    /// Something was seen. Not written yet.
    Observe,
    /// Something did not have to be done. Not written yet.
    Skip,
    /// A change was confirmed on its host. Not written yet.
    Confirm,
    /// For people.
    Note,
}

/// The text of a line with its line feed, within [`LONGEST`], and its checksum.
pub(super) fn encode(record: &Record, link: &Link) -> (String, Checksum) {
    let room = LONGEST - SEAL.0.len() - SEAL.1.len() - DIGITS - "\n".len();
    // Own types with string keys: there is always a value.
    let whole = serde_json::to_value(record).unwrap_or_default();
    let mut open = open_text(&whole, link);
    let shorter = truncate::LENGTHS.iter().map(|&longest| truncate::shortened(&whole, longest));
    for value in shorter.chain([truncate::replaced(&whole)]) {
        if open.len() <= room {
            break;
        }
        open = open_text(&value, link);
    }
    let sum = Checksum::new(open.as_bytes());
    (format!("{open}{}{}{}\n", SEAL.0, sum.as_str(), SEAL.1), sum)
}

/// The line without its end, in plain letters only.
fn open_text(record: &Value, link: &Link) -> String {
    let mut fields = record.as_object().cloned().unwrap_or_default();
    let Link { seq, m, boot, prev } = link;
    fields.extend(Map::from_iter([
        ("seq".to_owned(), Value::from(*seq)),
        ("m".to_owned(), Value::from(*m)),
        ("boot".to_owned(), Value::from(boot.as_str())),
        ("prev".to_owned(), Value::from(prev.as_str())),
    ]));
    let text = Value::Object(fields).to_string();
    truncate::ascii(text.strip_suffix('}').unwrap_or_default())
}

impl Line {
    /// Reads a line without its line feed back.
    pub(super) fn parse(bytes: &[u8]) -> Result<(Self, Checksum), LineError> {
        let text = str::from_utf8(bytes).map_err(|_| LineError::NoLine)?;
        let sealed = text.strip_suffix(SEAL.1).ok_or(LineError::NoLine)?;
        let (open, sum) = sealed.rsplit_once(SEAL.0).ok_or(LineError::NoLine)?;
        if Checksum::new(open.as_bytes()).as_str() != sum {
            return Err(LineError::Checksum);
        }
        let value: Value = serde_json::from_str(text).map_err(LineError::Json)?;
        let Version { v } = Version::deserialize(&value).map_err(LineError::Json)?;
        let link = Link::deserialize(&value).map_err(LineError::Json)?;
        let record = match v {
            1 => version1::record(&value, link.seq)?,
            VERSION => Record::deserialize(&value).map_err(LineError::Json)?,
            other => return Err(LineError::Version(other)),
        };
        Ok((Self { record, link }, Checksum::new(open.as_bytes())))
    }

    /// Whether it comes right after a line with this number and this checksum.
    pub(super) fn follows(&self, seq: u64, sum: &Checksum) -> Result<(), LineError> {
        if self.link.seq != seq + 1 {
            return Err(LineError::Sequence { expected: seq + 1, found: self.link.seq });
        }
        if self.link.prev == *sum { Ok(()) } else { Err(LineError::Chain) }
    }
}

/// The one field that every format has.
#[derive(Deserialize)]
struct Version {
    v: u64,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        event::{Event, Intent, Warning},
        name::HostName,
    };

    fn link() -> Link {
        Link { seq: 7, m: 42, boot: "b".to_owned(), prev: Checksum::none() }
    }

    fn record(event: Event) -> Record {
        let at = "2026-11-26T13:45:02.123Z".parse().unwrap();
        Record { at, ..Record::now(Some("r"), Some(2), event) }
    }

    fn intent(detail: String) -> Record {
        let (host, act) = (Some(HostName::new("db1")), "restart".to_owned());
        record(Event::Intent(Intent { number: 3, host, act, detail }))
    }

    fn words(words: String) -> Record {
        record(Event::Warning { host: None, warning: Warning::RemoteWords { words } })
    }

    fn parse(text: &str) -> Result<(Line, Checksum), LineError> {
        Line::parse(text.trim_end_matches('\n').as_bytes())
    }

    fn sealed(open: &str) -> String {
        let sum = Checksum::new(open.as_bytes());
        format!("{open}{}{}{}\n", SEAL.0, sum.as_str(), SEAL.1)
    }

    #[test]
    fn a_line_is_written_like_this() {
        let (text, sum) = encode(&intent("mongod".into()), &link());
        assert_eq!(
            text,
            format!(
                "{{\"v\":2,\"at\":\"2026-11-26T13:45:02.123Z\",\"run\":\"r\",\"step\":2,\
                 \"machine\":\"db1\",\"instance\":\"db1\",\"event\":\"intent\",\"number\":3,\
                 \"host\":\"db1\",\"act\":\"restart\",\"detail\":\"mongod\",\"seq\":7,\"m\":42,\
                 \"boot\":\"b\",\"prev\":\"0000000000000000\",\"sum\":\"{}\"}}\n",
                sum.as_str()
            )
        );
    }

    #[test]
    fn a_format_of_another_version_is_told_from_damage() {
        let (text, _) = encode(&Record { v: 3, ..intent(String::new()) }, &link());
        assert!(matches!(parse(&text), Err(LineError::Version(3))));
    }

    #[test]
    fn a_line_of_version_1_is_read() {
        let text = sealed(
            "{\"v\":1,\"seq\":7,\"t\":\"2026-11-26T13:45:02.123Z\",\"m\":42,\"boot\":\"b\",\
             \"run\":\"r\",\"host\":\"db1\",\"step\":2,\"ev\":\"intent\",\
             \"data\":{\"act\":\"restart\",\"detail\":\"mongod\"},\"prev\":\"0000000000000000\"",
        );
        // As version 0.1.0 wrote it.
        assert!(text.contains("\"sum\":\"") && text.len() > 200, "{text}");
        let (line, _) = parse(&text).unwrap();
        let Event::Intent(intent) = &line.record.event else { panic!("{line:?}") };
        assert_eq!((intent.number, intent.act.as_str()), (7, "restart"));
        assert_eq!((line.record.v, line.record.step), (1, Some(2)));
        assert_eq!(line.link, link());
    }

    #[test]
    fn an_event_that_is_not_known_yet_is_no_damage() {
        let (text, _) = encode(&intent("mongod".into()), &link());
        let open = text.rsplit_once(SEAL.0).unwrap().0.replace("\"intent\"", "\"confirmed\"");
        let (line, _) = parse(&sealed(&open)).unwrap();
        assert_eq!(line.record.event, Event::Unknown);
    }

    #[test]
    fn a_line_that_is_too_long_says_what_was_cut() {
        let hosts = |name: &str, count| Event::PlanLoaded {
            name: String::new(),
            steps: vec![name.repeat(30); count],
            hosts: Vec::new(),
        };
        for record in [
            intent("ü\u{1b}".repeat(100_000)),
            record(hosts("x", 50_000)),
            record(hosts("y", 1_000)),
            record(hosts(&"z".repeat(100), 500)),
        ] {
            let (text, _) = encode(&record, &link());
            assert!(text.len() <= LONGEST, "{}", text.len());
            let (line, _) = parse(&text).unwrap();
            if line.record != record {
                let is_cut = matches!(line.record.event, Event::Truncated { .. });
                assert!(text.contains(" cut)") || is_cut, "{text:.200}");
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(text: String, host: Option<String>, number: u64) {
            let host = host.map(HostName::new);
            let act = Intent { number, host, act: text.clone(), detail: text.clone() };
            for written in [record(Event::Intent(act)), words(text)] {
                let (text, sum) = encode(&written, &link());
                prop_assert!(text.trim_end_matches('\n').chars().all(|c| matches!(c, ' '..='~')));
                prop_assert_eq!(text.matches('\n').count(), 1);
                let (line, read) = parse(&text).unwrap();
                prop_assert_eq!((line, read), (Line { record: written, link: link() }, sum));
            }
        }

        #[test]
        fn nothing_makes_the_reader_panic(bytes: Vec<u8>) {
            let _ = Line::parse(&bytes);
        }
    }
}
