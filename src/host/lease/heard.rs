//! When a host last confirmed a lease, by two clocks.
//!
//! The monotonic clock stands still while a machine sleeps, and the wall clock jumps: a lease is
//! fresh only by both of them.

use std::time::{Duration, Instant, SystemTime};

/// The moment of asking, for an answer that came.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heard {
    monotonic: Instant,
    wall: SystemTime,
}

impl Heard {
    pub(super) fn now() -> Self {
        Self { monotonic: Instant::now(), wall: SystemTime::now() }
    }

    /// How long ago, by the clock that says more. A wall clock that was set back says nothing.
    pub(super) fn age(&self) -> Duration {
        self.monotonic.elapsed().max(self.wall.elapsed().unwrap_or_default())
    }
}
