//! What a writer was told, and the judgement at the end: an acknowledged write is on every member.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

/// A writer's own notes.
#[derive(Debug)]
pub(crate) struct History {
    acknowledged: BTreeSet<i64>,
    begun: Instant,
    last: Instant,
    /// The longest time without an acknowledgement, and when it ended.
    stall: (Duration, Duration),
    /// Errors while it spoke plaintext; from requireTLS on there may be some.
    pub(crate) plaintext_failures: Vec<String>,
    /// Errors while it spoke TLS.
    pub(crate) tls_failures: Vec<String>,
    /// How many writes were acknowledged over TLS.
    pub(crate) over_tls: usize,
}

impl History {
    /// Nothing yet; the clock of the first gap runs.
    pub(crate) fn new() -> Self {
        Self {
            acknowledged: BTreeSet::new(),
            begun: Instant::now(),
            last: Instant::now(),
            stall: (Duration::ZERO, Duration::ZERO),
            plaintext_failures: Vec::new(),
            tls_failures: Vec::new(),
            over_tls: 0,
        }
    }

    /// A write was acknowledged just now.
    pub(crate) fn acknowledge(&mut self, id: i64) {
        let now = Instant::now();
        // The first write waits for nothing but its own connection.
        if !self.acknowledged.is_empty() {
            self.stall = self.stall.max((now - self.last, now - self.begun));
        }
        self.last = now;
        self.acknowledged.insert(id);
    }

    /// How many writes were acknowledged.
    pub(crate) fn acknowledged(&self) -> usize {
        self.acknowledged.len()
    }

    /// The longest time between two acknowledgements.
    pub(crate) fn longest_stall(&self) -> Duration {
        self.stall.0
    }

    /// When the longest stall ended, counted from the writer's beginning.
    pub(crate) fn stalled_until(&self) -> Duration {
        self.stall.1
    }

    /// The acknowledged writes that are not among these.
    pub(crate) fn missing_from(&self, found: &BTreeSet<i64>) -> Vec<i64> {
        self.acknowledged.difference(found).copied().collect()
    }
}
