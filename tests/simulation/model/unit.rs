//! A unit as systemd knows it.

use std::time::Duration;

use tlsplan::{
    host::unit::Incarnation,
    instance::look::{Activity, UnitNow},
};

/// What systemd is doing with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Active,
    /// The old process ends, and then it is started again.
    Stopping,
    /// Between the stop and the start of one restart, or before systemd's own next try.
    Between,
    Stopped,
    Failed,
}

/// `Restart=` of the unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Policy {
    /// As in the official unit.
    #[default]
    No,
    OnFailure,
}

#[derive(Clone, Debug)]
pub(crate) struct Unit {
    pub(crate) state: State,
    /// Counts jobs, so that an event of an older one is known as such.
    pub(crate) job: u32,
    pub(crate) pid: u32,
    pub(crate) invocation: u32,
    /// `NRestarts`
    pub(crate) restarts: u32,
    /// Starts that count towards the start limit.
    pub(crate) starts: Vec<Duration>,
    pub(crate) since: Option<Duration>,
    pub(crate) policy: Policy,
    pub(crate) result: &'static str,
}

impl Default for Unit {
    fn default() -> Self {
        Self {
            state: State::Active,
            job: 0,
            pid: 100,
            invocation: 1,
            restarts: 0,
            starts: Vec::new(),
            since: None,
            policy: Policy::No,
            result: "running (success, status 0)",
        }
    }
}

impl Unit {
    /// As `systemctl show` has it; a life without a beginning began long before the story.
    pub(crate) fn now(&self, now: Duration) -> UnitNow {
        let activity = match self.state {
            State::Active => Activity::Active,
            State::Stopping => Activity::Changing,
            State::Between | State::Stopped => Activity::Stopped,
            State::Failed => Activity::Failed,
        };
        let lives = matches!(self.state, State::Active | State::Stopping);
        let before = Duration::from_secs(3600);
        UnitNow {
            activity,
            life: Incarnation {
                pid: if lives { self.pid } else { 0 },
                invocation: self.invocation.to_string(),
                restarts: self.restarts,
            },
            age: (self.state == State::Active)
                .then(|| self.since.map_or(before + now, |since| now.saturating_sub(since))),
            stop_timeout: Some(Duration::from_secs(90)),
            result: self.result.to_owned(),
        }
    }
}

impl Unit {
    /// Nobody is going to start it.
    pub(crate) fn is_down(&self) -> bool {
        matches!(self.state, State::Stopped | State::Failed)
    }
}
