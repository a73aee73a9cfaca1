//! A line of a journal, as it is written and as it is read back.
//!
//! It ends with its own checksum, `"sum"`, and `prev` is the checksum of the line before it. The
//! latter finds a change anywhere but in the last line, the former finds it there.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    cut,
    flaw::Flaw,
    sum::{DIGITS, Sum},
};
use crate::name::HostName;

/// No line is longer, its line feed included.
pub const LONGEST: usize = 64 * 1024;

/// The format that is written here.
const VERSION: u64 = 1;
/// What stands before and after the checksum.
const SEAL: (&str, &str) = (",\"sum\":\"", "\"}");

/// A line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    v: u64,
    /// Its number, counted from 1.
    pub seq: u64,
    /// The wall clock, in UTC.
    pub t: String,
    /// Milliseconds since the boot of the machine.
    pub m: u64,
    /// That boot.
    pub boot: String,
    /// The run.
    pub run: String,
    /// The host, where it is about one.
    pub host: Option<HostName>,
    /// The number of the plan's step, where it belongs to one.
    pub step: Option<usize>,
    /// What the line is.
    pub ev: Kind,
    /// What it says.
    pub data: Value,
    prev: Sum,
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// What a line is about beside its data.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub(super) run: &'a str,
    pub(super) host: Option<&'a HostName>,
    pub(super) step: Option<usize>,
}

/// When a line is written, and after which.
#[derive(Clone, Debug)]
pub(super) struct Stamp<'a> {
    pub(super) seq: u64,
    pub(super) t: String,
    pub(super) m: u64,
    pub(super) boot: &'a str,
    pub(super) prev: Sum,
}

impl Line {
    pub(super) fn new(ev: Kind, place: Place<'_>, data: Value, stamp: Stamp<'_>) -> Self {
        Self {
            v: VERSION,
            seq: stamp.seq,
            t: stamp.t,
            m: stamp.m,
            boot: stamp.boot.to_owned(),
            run: place.run.to_owned(),
            host: place.host.cloned(),
            step: place.step,
            ev,
            data,
            prev: stamp.prev,
        }
    }

    /// The text with its line feed, within [`LONGEST`], and its checksum.
    pub(super) fn seal(mut self) -> (String, Sum) {
        let room = LONGEST - SEAL.0.len() - SEAL.1.len() - DIGITS - "\n".len();
        let (mut open, whole) = (self.open(), self.data.clone());
        let lengths = cut::LENGTHS.iter().map(|&longest| cut::shortened(&whole, longest));
        for data in lengths.chain([cut::replaced(&whole)]) {
            if open.len() <= room {
                break;
            }
            self.data = data;
            open = self.open();
        }
        let sum = Sum::of(open.as_bytes());
        (format!("{open}{}{}{}\n", SEAL.0, sum.as_str(), SEAL.1), sum)
    }

    /// The line without its end, in plain letters only.
    fn open(&self) -> String {
        // Own types with string keys: there is always a text.
        let text = serde_json::to_string(self).unwrap_or_default();
        cut::ascii(text.strip_suffix('}').unwrap_or_default())
    }

    /// Reads a line without its line feed back.
    pub(super) fn parse(bytes: &[u8]) -> Result<(Self, Sum), Flaw> {
        let text = str::from_utf8(bytes).map_err(|_| Flaw::NoLine)?;
        let sealed = text.strip_suffix(SEAL.1).ok_or(Flaw::NoLine)?;
        let (open, sum) = sealed.rsplit_once(SEAL.0).ok_or(Flaw::NoLine)?;
        if Sum::of(open.as_bytes()).as_str() != sum {
            return Err(Flaw::Sum);
        }
        let Version { v } = serde_json::from_str(text).map_err(Flaw::Json)?;
        if v != VERSION {
            return Err(Flaw::Version(v));
        }
        let line = serde_json::from_str(text).map_err(Flaw::Json)?;
        Ok((line, Sum::of(open.as_bytes())))
    }

    /// Whether it comes right after a line with this number and this checksum.
    pub(super) fn follows(&self, seq: u64, sum: &Sum) -> Result<(), Flaw> {
        if self.seq != seq + 1 {
            return Err(Flaw::Sequence { expected: seq + 1, found: self.seq });
        }
        if self.prev == *sum { Ok(()) } else { Err(Flaw::Chain) }
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
    use serde_json::json;

    use super::*;

    fn line(data: Value) -> Line {
        let place = Place { run: "r", host: Some(&HostName::new("db1")), step: Some(2) };
        let stamp = Stamp {
            seq: 7,
            t: "2026-11-26T13:45:02.123Z".to_owned(),
            m: 42,
            boot: "b",
            prev: Sum::none(),
        };
        Line::new(Kind::Intent, place, data, stamp)
    }

    #[test]
    fn a_line_is_written_like_this() {
        let (text, sum) = line(json!({ "act": "restart" })).seal();
        assert_eq!(
            text,
            format!(
                "{{\"v\":1,\"seq\":7,\"t\":\"2026-11-26T13:45:02.123Z\",\"m\":42,\"boot\":\"b\",\
                 \"run\":\"r\",\"host\":\"db1\",\"step\":2,\"ev\":\"intent\",\
                 \"data\":{{\"act\":\"restart\"}},\"prev\":\"0000000000000000\",\"sum\":\"{}\"}}\n",
                sum.as_str()
            )
        );
        assert_eq!(sum.as_str(), "4f5b71eb5928b809");
    }

    #[test]
    fn a_format_of_another_version_is_told_from_damage() {
        let mut newer = line(Value::Null);
        newer.v = 2;
        let (text, _) = newer.seal();
        assert!(matches!(Line::parse(text.trim_end().as_bytes()), Err(Flaw::Version(2))));
    }

    #[test]
    fn a_line_that_is_too_long_says_what_was_cut() {
        for data in [
            json!({ "act": "write", "detail": "ü\u{1b}".repeat(100_000) }),
            json!({ "act": "write", "detail": vec!["x"; 50_000] }),
            json!({ "act": "write", "detail": vec!["y".repeat(3000); 500] }),
        ] {
            let (text, _) = line(data).seal();
            assert!(text.len() <= LONGEST, "{}", text.len());
            assert!(text.contains(" cut)") || text.contains("\"cut\":"), "{text:.200}");
            assert!(Line::parse(text.trim_end().as_bytes()).is_ok());
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(words: String, host: Option<String>, number: u64) {
            let mut written = line(json!({ "act": words, "number": number }));
            written.host = host.map(HostName::new);
            let (text, sum) = written.clone().seal();
            prop_assert!(text.trim_end_matches('\n').chars().all(|c| matches!(c, ' '..='~')));
            prop_assert_eq!(text.matches('\n').count(), 1);
            let read = Line::parse(text.trim_end_matches('\n').as_bytes()).unwrap();
            prop_assert_eq!(read, (written, sum));
        }

        #[test]
        fn nothing_makes_the_reader_panic(bytes: Vec<u8>) {
            let _ = Line::parse(&bytes);
        }
    }
}
