//! How long each part of a connection may take, in one place and injectable.
//!
//! A host that says nothing is noticed in every phase by a limit of its own, so that an error can
//! name the phase; tests inject limits of milliseconds. The values follow from what was measured: a
//! healthy host connects and logs in within 100 ms, and a dead one must be known within 20 s.

use std::time::Duration;

/// The deadlines of a connection.
#[derive(Clone, Debug)]
pub struct Limits {
    /// For the TCP connection, over all addresses of the host together.
    pub tcp: Duration,
    /// From the first byte to agreed keys, the check of the host key included.
    pub key_exchange: Duration,
    /// For the login, without the time a person needs to type a passphrase.
    pub auth: Duration,
    /// How long the line may be silent before the host is asked whether it is there.
    pub keepalive: Duration,
    /// How many such questions may stay unanswered; the connection ends with the next.
    pub missed_keepalives: usize,
    /// How long unacknowledged bytes may be under way before the kernel gives the connection up.
    pub unacknowledged: Duration,
    /// For the host's answer to a new channel or a new process.
    pub answer: Duration,
    /// How long a process may wait until the connection has room for it.
    pub queue: Duration,
    /// How long output may lie unread before its process is ended: until then it holds up the
    /// other processes of the same connection.
    pub unread: Duration,
    /// How long a process that was dropped has after SIGTERM, and again after SIGKILL.
    pub close_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            tcp: Duration::from_secs(5),
            key_exchange: Duration::from_secs(10),
            auth: Duration::from_secs(10),
            keepalive: Duration::from_secs(5),
            missed_keepalives: 3,
            unacknowledged: Duration::from_secs(20),
            answer: Duration::from_secs(10),
            queue: Duration::from_secs(60),
            unread: Duration::from_secs(5),
            close_timeout: Duration::from_secs(2),
        }
    }
}
