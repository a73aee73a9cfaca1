//! When a host last confirmed a lease, by two clocks.
//!
//! The monotonic clock stands still while a machine sleeps, and the time since its boot does not: a
//! lease is fresh only by both of them. The wall clock is not asked where there is another: it jumps
//! when somebody sets it, and a restart that is under way then could not be confirmed any more.

use std::{
    fs,
    time::{Duration, Instant, SystemTime},
};

/// The moment of asking, for an answer that came.
#[derive(Clone, Copy, Debug)]
pub(super) struct LastContact {
    monotonic: Instant,
    since_boot: Option<Duration>,
    wall: SystemTime,
}

impl LastContact {
    pub(super) fn now() -> Self {
        Self { monotonic: Instant::now(), since_boot: since_boot(), wall: SystemTime::now() }
    }

    /// How long ago, by the clock that says more. A clock that was set back says nothing.
    pub(super) fn age(&self) -> Duration {
        let other = match (self.since_boot, since_boot()) {
            (Some(then), Some(now)) => now.saturating_sub(then),
            _ => self.wall.elapsed().unwrap_or_default(),
        };
        self.monotonic.elapsed().max(other)
    }
}

/// The time since the boot, sleep included.
fn since_boot() -> Option<Duration> {
    let text = fs::read_to_string("/proc/uptime").ok()?;
    Duration::try_from_secs_f64(text.split(' ').next()?.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wall_clock_that_jumps_makes_nothing_older_and_sleep_does() {
        let now = LastContact::now();
        assert!(now.since_boot.is_some());
        let hour = Duration::from_secs(3600);
        let jumped = LastContact { wall: now.wall - hour, ..now };
        assert!(jumped.age() < hour / 2);
        let ago = Duration::from_secs(10);
        let slept =
            LastContact { since_boot: now.since_boot.map(|boot| boot.saturating_sub(ago)), ..now };
        assert!(slept.age() >= ago / 2);
    }
}
