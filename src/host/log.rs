//! A service's log between two moments, so that a failure can be explained by what the service logged.

use super::{Host, call::Call, call_error::CallError, script};
use crate::name::UnitName;

/// Where a log ended at some moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogMark {
    path: String,
    inode: u64,
    size: u64,
    clock: u64,
}

/// What was written since a mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogSince {
    /// The last lines of the server's log, at most 64 KiB.
    pub log: Vec<u8>,
    /// What the unit said to systemd's journal: all that there is of a server that died before it
    /// opened its log.
    pub journal: Vec<u8>,
}

impl LogSince {
    /// Whether the log says this.
    #[must_use]
    pub fn says(&self, words: &str) -> bool {
        String::from_utf8_lossy(&self.log).contains(words)
    }
}

impl Host {
    /// Notes where the log ends now.
    pub async fn log_mark(&self, path: &str) -> Result<LogMark, CallError> {
        let call = Call::new(&script::LOG_MARK, "looking at the server's log").arg(path);
        let fields = self.run(&call).await?.fields();
        let number = |key| fields.get(key).unwrap_or(0);
        let (inode, size, clock) = (number("inode"), number("size"), number("clock"));
        Ok(LogMark { path: path.to_owned(), inode, size, clock })
    }

    /// What was written since the mark, also across a rotation.
    pub async fn log_since(&self, mark: &LogMark, unit: &UnitName) -> Result<LogSince, CallError> {
        let call = Call::new(&script::LOG_SINCE, "reading the server's log")
            .arg(&mark.path)
            .arg(mark.inode.to_string())
            .arg(mark.size.to_string())
            .arg(mark.clock.to_string())
            .arg(unit.as_str());
        let fields = self.run(&call).await?.fields();
        let block = |key| fields.block(key).unwrap_or_default().to_vec();
        Ok(LogSince { log: block("log"), journal: block("journal") })
    }
}
