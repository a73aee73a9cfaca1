//! A mongod process: its mode, its office, what it has heard of the others.

use std::time::Duration;

use tlsplan::cluster::{
    mode::TlsMode,
    topology::{MemberState, OpTime},
};

/// From the start of a process until it listens.
pub(crate) const START: Duration = Duration::from_millis(1400);
/// The server's own sleep before it stops.
pub(crate) const STOP_SLEEP: Duration = Duration::from_secs(15);

#[derive(Clone, Debug)]
pub(crate) struct Server {
    /// Which process: no two in one story have the same.
    pub(crate) life: u32,
    pub(crate) mode: TlsMode,
    pub(crate) office: Office,
    /// SIGSTOP.
    pub(crate) frozen: bool,
    pub(crate) stop_sleep: Duration,
    pub(crate) term: i64,
    /// Whom it takes for the primary.
    pub(crate) leader: Option<usize>,
    pub(crate) leader_heard: Duration,
    /// So long after a step-down it does not stand.
    pub(crate) out_until: Duration,
    /// When it will stand for election if it hears of no primary: the waits differ.
    pub(crate) impatience: Duration,
    pub(crate) heard: Vec<Heard>,
    /// Its outgoing connections: the life at the other end.
    pub(crate) links: Vec<Option<u32>>,
    pub(crate) source: Option<usize>,
    /// Report by `replSetSyncFrom`.
    pub(crate) sent_to: Option<usize>,
    /// A source that vanished is asked again until then.
    pub(crate) source_lost: Option<Duration>,
}

/// What a process is in its set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Office {
    /// Not listening yet.
    Starting,
    Primary,
    Secondary,
    Arbiter,
    /// Undoing what a primary of another term did not get acknowledged.
    Rollback,
}

/// The last word of another member.
#[derive(Clone, Debug, Default)]
pub(crate) struct Heard {
    /// When it answered last.
    pub(crate) at: Option<Duration>,
    pub(crate) up: bool,
    pub(crate) state: Option<MemberState>,
    pub(crate) place: OpTime,
    pub(crate) message: Option<&'static str>,
}

impl Office {
    pub(crate) fn listens(self) -> bool {
        self != Self::Starting
    }

    pub(crate) fn in_service(self) -> bool {
        matches!(self, Self::Primary | Self::Secondary | Self::Arbiter)
    }

    pub(crate) fn state(self) -> MemberState {
        match self {
            Self::Starting => MemberState::Startup,
            Self::Primary => MemberState::Primary,
            Self::Secondary => MemberState::Secondary,
            Self::Arbiter => MemberState::Arbiter,
            Self::Rollback => MemberState::Rollback,
        }
    }
}

impl Server {
    pub(crate) fn new(life: u32, mode: TlsMode, size: usize, now: Duration) -> Self {
        Self {
            life,
            mode,
            office: Office::Starting,
            frozen: false,
            stop_sleep: STOP_SLEEP,
            term: 0,
            leader: None,
            leader_heard: now,
            out_until: Duration::ZERO,
            impatience: Duration::from_secs(10),
            heard: vec![Heard::default(); size],
            links: vec![None; size],
            source: None,
            sent_to: None,
            source_lost: None,
        }
    }

    /// Whether it answers anybody.
    pub(crate) fn answers(&self) -> bool {
        self.office.listens() && !self.frozen
    }

    pub(crate) fn is_primary(&self) -> bool {
        self.office == Office::Primary
    }
}
