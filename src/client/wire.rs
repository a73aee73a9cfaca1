//! The lines between us and the agent in mongosh: JSON, one per request and one per answer.
//!
//! A line that is not an answer is noise, of which mongosh makes some, and is dropped. Types that
//! JSON lacks travel as MongoDB's extended JSON, in its canonical form on the way back, so that
//! optimes and 64-bit numbers arrive as they were.

use std::mem;

use mongodb::bson::Document;
use serde::{Deserialize, Serialize};

use super::{database::DatabaseError, driver_error::LOGIN_CODES, reply_limit::MAX_REPLY_BYTES};

/// A request.
#[derive(Serialize)]
pub(super) struct Request<'a> {
    pub(super) id: u64,
    pub(super) connection: u64,
    pub(super) uri: &'a str,
    pub(super) name: &'a str,
    pub(super) address: &'a str,
    /// Milliseconds until the agent gives up by itself.
    pub(super) limit: u64,
    /// The database that the command is for.
    pub(super) database: &'a str,
    pub(super) command: &'a Document,
}

/// The request to close a connection; it has no answer.
#[derive(Serialize)]
pub(super) struct Close {
    pub(super) connection: u64,
    pub(super) close: bool,
}

/// A line of the agent: it is ready, or it has an answer.
#[derive(Debug, Deserialize)]
pub(super) struct AgentReply {
    /// The request that is answered.
    pub(super) id: Option<u64>,
    /// The server's reply.
    pub(super) reply: Option<Document>,
    /// Why there is none.
    pub(super) error: Option<AgentError>,
    /// Set once, when the agent has started.
    pub(super) ready: Option<bool>,
}

/// An error as mongosh has it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AgentError {
    name: String,
    code: Option<i32>,
    code_name: String,
    message: String,
}

/// mongosh's own words.
#[derive(Debug, thiserror::Error)]
#[error("mongosh says {name}: {message}")]
struct ShellError {
    name: String,
    message: String,
}

/// A request as a line.
pub(super) fn line(request: &impl Serialize) -> Result<Vec<u8>, DatabaseError> {
    let mut line =
        serde_json::to_vec(request).map_err(|error| DatabaseError::Client(error.into()))?;
    line.push(b'\n');
    Ok(line)
}

/// Reads a line; `None` is noise.
pub(super) fn parse_reply(line: &[u8]) -> Option<AgentReply> {
    serde_json::from_slice(line).ok()
}

impl From<AgentError> for DatabaseError {
    fn from(failure: AgentError) -> Self {
        let AgentError { name, code, code_name, message } = failure;
        let code = code.unwrap_or(0);
        if name == "MongoServerError" && !LOGIN_CODES.contains(&code) {
            return Self::Command { code, code_name, message };
        }
        let login = name == "MongoServerError";
        let lost = ["MongoServerSelectionError", "MongoNetworkError", "MongoNetworkTimeoutError"];
        let incompatible = message.contains("wire version");
        let unreached = lost.contains(&name.as_str()) || message.starts_with("no reply within");
        let words = Box::new(ShellError { name, message });
        if login {
            Self::Login(words)
        } else if unreached && !incompatible {
            Self::NoReply(words)
        } else {
            Self::Client(words)
        }
    }
}

/// Cuts a stream into lines that are no longer than a reply may be.
#[derive(Debug, Default)]
pub(super) struct Lines {
    begun: Vec<u8>,
}

/// A line that is longer than any reply may be.
#[derive(Debug, thiserror::Error)]
#[error("mongosh sent more than {MAX_REPLY_BYTES} bytes in one line")]
pub(super) struct TooLong;

impl Lines {
    /// Takes the next piece and returns the lines that it completes.
    pub(super) fn push(&mut self, piece: &[u8]) -> Result<Vec<Vec<u8>>, TooLong> {
        let mut lines = Vec::new();
        for part in piece.split_inclusive(|&byte| byte == b'\n') {
            self.begun.extend_from_slice(part);
            if self.begun.len() > MAX_REPLY_BYTES {
                return Err(TooLong);
            }
            if self.begun.ends_with(b"\n") {
                lines.push(mem::take(&mut self.begun));
            }
        }
        Ok(lines)
    }
}

#[cfg(test)]
mod tests {
    use mongodb::bson::{Bson, Timestamp, doc};
    use proptest::prelude::*;

    use super::*;

    fn answer(line: &str) -> AgentReply {
        parse_reply(line.as_bytes()).unwrap()
    }

    #[test]
    fn optimes_and_long_numbers_arrive_as_they_were() {
        let line = r#"{"id":7,"reply":{"t":{"$numberLong":"-1"},"n":{"$numberInt":"3"},
            "ts":{"$timestamp":{"t":1795545683,"i":4}},"big":{"$numberLong":"9007199254740993"},
            "at":{"$date":{"$numberLong":"1795545683743"}},"x":{"$numberDouble":"1.0"}}}"#;
        let said = answer(line);
        let at = mongodb::bson::DateTime::from_millis(1_795_545_683_743);
        let ts = Timestamp { time: 1_795_545_683, increment: 4 };
        let expected = doc! {
            "t": -1_i64, "n": 3, "ts": ts, "big": 9_007_199_254_740_993_i64, "at": at, "x": 1.0,
        };
        assert_eq!((said.id, said.reply), (Some(7), Some(expected)));
    }

    #[test]
    fn a_request_is_one_line_of_extended_json() {
        let command =
            doc! { "note": "a\nb", "at": Bson::Timestamp(Timestamp { time: 1, increment: 2 }) };
        let ask = Request {
            id: 1,
            connection: 2,
            uri: "mongodb://x/",
            name: "x",
            address: "127.0.0.1",
            limit: 3,
            database: "admin",
            command: &command,
        };
        let line = line(&ask).unwrap();
        let text = String::from_utf8(line).unwrap();
        assert_eq!(text.lines().count(), 1);
        assert!(text.contains(r#""at":{"$timestamp":{"t":1,"i":2}}"#), "{text}");
    }

    #[test]
    fn noise_is_dropped() {
        for noise in ["", "> ", "Warning: telemetry", "[1]", "\"ready\"", "{\"id\":-1}", "{"] {
            assert!(parse_reply(noise.as_bytes()).is_none(), "{noise}");
        }
        assert_eq!(answer("{}").id, None);
    }

    #[test]
    fn errors_are_told_apart() {
        let error = |name: &str, code: &str, message: &str| {
            let line = format!(
                r#"{{"id":1,"error":{{"name":"{name}","code":{code},"codeName":"","message":"{message}"}}}}"#
            );
            DatabaseError::from(answer(&line).error.unwrap())
        };
        let wire = "reports maximum wire version 8, but this version requires at least 9";
        for (found, expected) in [
            (error("MongoServerError", "2", "Illegal state transition"), "command"),
            (error("MongoServerError", "null", "no option found to get"), "command"),
            (error("MongoServerError", "18", "Authentication failed."), "login"),
            (error("MongoNetworkError", "null", "connect ECONNREFUSED"), "no reply"),
            (error("MongoServerSelectionError", "null", "timed out"), "no reply"),
            (error("Error", "null", "no reply within 5 ms"), "no reply"),
            (error("MongoServerSelectionError", "null", wire), "client"),
            (error("MongoCompatibilityError", "null", wire), "client"),
            (error("Error", "null", "ENOENT: no such file"), "client"),
        ] {
            let kind = match &found {
                DatabaseError::Command { .. } => "command",
                DatabaseError::Login(_) => "login",
                DatabaseError::NoReply(_) => "no reply",
                DatabaseError::Client(_) => "client",
                _ => "other",
            };
            assert_eq!(kind, expected, "{found:?}");
        }
    }

    #[test]
    fn a_line_without_an_end_is_refused() {
        let mut lines = Lines::default();
        let piece = vec![b'x'; MAX_REPLY_BYTES / 2];
        assert!(lines.push(&piece).is_ok() && lines.push(&piece).is_ok());
        assert!(lines.push(b"x").is_err());
    }

    proptest! {
        #[test]
        fn lines_are_the_same_however_they_are_cut(text in "[a-c\n]{0,60}", cuts in proptest::collection::vec(1..9_usize, 1..60)) {
            let mut lines = Lines::default();
            let mut found = Vec::new();
            let mut rest = text.as_bytes();
            for cut in cuts.into_iter().cycle().take(60) {
                let (piece, after) = rest.split_at(cut.min(rest.len()));
                found.extend(lines.push(piece).unwrap());
                rest = after;
            }
            let expected: Vec<_> =
                text.split_inclusive('\n').filter(|line| line.ends_with('\n')).collect();
            prop_assert_eq!(found, expected.iter().map(|line| line.as_bytes()).collect::<Vec<_>>());
        }
    }
}
