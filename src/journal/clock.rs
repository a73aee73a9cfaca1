//! When a line was written, by a clock that never jumps; its record has the wall clock for people.

use std::{
    fs,
    time::{Duration, Instant},
};

use crate::local_machine::boot_id;

/// Counts from the machine's boot, so that lines of two runs in one boot can be put in order.
#[derive(Clone, Debug)]
pub(super) struct Clock {
    /// Which boot.
    pub(super) boot: String,
    /// How long the machine was up when this was made.
    up: Duration,
    since: Instant,
}

impl Clock {
    pub(super) fn start() -> Self {
        let uptime = fs::read_to_string("/proc/uptime").unwrap_or_default();
        let up = uptime.split(' ').next().and_then(|seconds| seconds.parse().ok());
        let up = up.and_then(|up| Duration::try_from_secs_f64(up).ok()).unwrap_or_default();
        Self { boot: boot_id(), up, since: Instant::now() }
    }

    /// Milliseconds since the boot.
    pub(super) fn milliseconds(&self) -> u64 {
        u64::try_from((self.up + self.since.elapsed()).as_millis()).unwrap_or(u64::MAX)
    }
}
