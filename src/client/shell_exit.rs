//! How mongosh exited, and whether it had been usable.

use super::database::DatabaseError;
use crate::host::transport::Status;

/// What is kept of its standard error.
const KEPT: usize = 4 * 1024;

/// The end of mongosh.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("mongosh {how}{}", cause(stderr))]
pub(super) struct ShellExit {
    how: String,
    stderr: String,
    usable: bool,
}

fn cause(stderr: &str) -> String {
    if stderr.is_empty() { String::new() } else { format!(": {stderr}") }
}

impl ShellExit {
    /// It ended with a status. One that never took a request is of no use on this host.
    pub(super) fn from_status(status: &Status, stderr: &Tail, was_ready: bool) -> Self {
        let how = match status {
            Status::Exited(status) => format!("ended with status {status}"),
            Status::Signalled(signal) => format!("was ended by signal {signal}"),
        };
        Self { how, stderr: stderr.text(), usable: was_ready }
    }

    /// Its streams are gone without a status: the connection is.
    pub(super) fn lost() -> Self {
        Self { how: "was lost with the connection".into(), stderr: String::new(), usable: true }
    }

    /// It was given up because of what it sent.
    pub(super) fn given_up(why: &impl ToString) -> Self {
        Self { how: "was given up".into(), stderr: why.to_string(), usable: false }
    }
}

impl From<ShellExit> for DatabaseError {
    fn from(ended: ShellExit) -> Self {
        if ended.usable { Self::NoReply(ended.into()) } else { Self::Client(ended.into()) }
    }
}

/// The last of a stream.
#[derive(Debug, Default)]
pub(super) struct Tail(Vec<u8>);

impl Tail {
    /// Takes the next piece and forgets what is too old.
    pub(super) fn push(&mut self, piece: &[u8]) {
        self.0.extend_from_slice(piece);
        let surplus = self.0.len().saturating_sub(KEPT);
        self.0.drain(..surplus);
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0).trim().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_words_are_kept() {
        let mut tail = Tail::default();
        tail.push(&vec![b'x'; 10 * KEPT]);
        tail.push(b" the end\n");
        assert!(tail.0.len() == KEPT && tail.text().ends_with("x the end"));
    }

    #[test]
    fn a_mongosh_that_never_started_cannot_be_used_and_one_that_died_may_be_back() {
        let mut tail = Tail::default();
        tail.push(b"mongosh is not installed on the host\n");
        let ended = ShellExit::from_status(&Status::Exited(127), &tail, false);
        let expected = "mongosh ended with status 127: mongosh is not installed on the host";
        assert_eq!(ended.to_string(), expected);
        assert!(matches!(ended.into(), DatabaseError::Client(_)));
        let killed =
            ShellExit::from_status(&Status::Signalled("KILL".into()), &Tail::default(), true);
        assert!(matches!(killed.into(), DatabaseError::NoReply(_)));
        assert!(matches!(ShellExit::lost().into(), DatabaseError::NoReply(_)));
    }
}
