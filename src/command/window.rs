//! The plan's maintenance window against the clock of this machine.

use crate::engine::progress::Progress;
use std::time::{Duration, Instant, SystemTime};

use jiff::Timestamp;

use crate::{
    engine::run_options::Deadline,
    error::{Designed, Exit},
    plan::window::Window,
};

/// A wall clock that moves by more than this against the time that has passed is not believed.
const JUMP: Duration = Duration::from_secs(5);

/// A window that is open.
pub(super) struct Open<'a> {
    window: &'a Window,
    started: (Instant, SystemTime),
}

/// Nothing may be begun now.
#[derive(Debug, thiserror::Error)]
#[error("the maintenance window of the plan is closed")]
pub(super) struct Closed {
    opens: Option<String>,
}

impl<'a> Open<'a> {
    /// Fails where it is closed.
    pub(super) fn now(window: &'a Window) -> Result<Self, Closed> {
        let now = Timestamp::now();
        if window.left(now).is_none() {
            let opens = window.opens(now);
            let opens = opens.map(|opens| opens.strftime("%a %Y-%m-%d %H:%M %Q").to_string());
            return Err(Closed { opens });
        }
        Ok(Self { window, started: (Instant::now(), SystemTime::now()) })
    }
}

impl Deadline for Open<'_> {
    fn left(&self) -> Option<Duration> {
        let (instant, wall) = self.started;
        let apart = wall.elapsed().map(|passed| passed.abs_diff(instant.elapsed()));
        if apart.is_ok_and(|apart| apart < JUMP) {
            return Some(self.window.left(Timestamp::now()).unwrap_or_default());
        }
        Some(Duration::ZERO)
    }
}

impl Designed for Closed {
    fn exit(&self) -> Exit {
        Exit::Locked
    }

    fn hints(&self) -> Vec<String> {
        let next = self.opens.as_ref().map(|opens| format!("it opens {opens}"));
        let now = "`--ignore-window` begins now all the same".to_owned();
        next.into_iter().chain([now, Progress::Untouched.describe()]).collect()
    }
}
