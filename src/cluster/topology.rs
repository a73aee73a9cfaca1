//! A replica set as its servers describe it: configuration, states, optimes. Plain data.
//!
//! The fields follow `replSetGetConfig` and `replSetGetStatus`; [`crate::client`] fills them in.

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};

use super::{mode::TlsMode, version::ServerVersion};
use crate::name::{MemberName, SetName};

/// The set's configuration: who belongs to it.
#[derive(Clone, Debug, PartialEq)]
pub struct SetConfig {
    /// The set's name.
    pub name: SetName,
    /// The configuration's version.
    pub version: i64,
    /// The members, in the configuration's order.
    pub members: Vec<MemberConfig>,
}

/// One member in the configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct MemberConfig {
    /// `host:port`.
    pub name: MemberName,
    /// Whether it votes.
    pub voting: Voting,
    /// Zero cannot become primary.
    pub priority: f64,
    /// Whether it holds data.
    pub kind: MemberKind,
    /// How far it keeps behind the others on purpose; zero for most.
    pub delay: Duration,
}

impl SetConfig {
    /// How far a member keeps behind on purpose; zero for one that is not in the configuration.
    #[must_use]
    pub fn delay(&self, name: &MemberName) -> Duration {
        let entry = self.members.iter().find(|entry| &entry.name == name);
        entry.map_or(Duration::ZERO, |entry| entry.delay)
    }
}

/// Whether a member votes in elections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voting {
    /// Has a vote.
    Votes,
    /// Has none.
    None,
}

/// Whether a member holds data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberKind {
    /// Holds data.
    DataBearing,
    /// Votes only.
    Arbiter,
}

/// A member's state, by the numbers of `replSetGetStatus`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MemberState {
    /// 0
    Startup,
    /// 1
    Primary,
    /// 2
    Secondary,
    /// 3
    Recovering,
    /// 5
    Startup2,
    /// 6
    Unknown,
    /// 7
    Arbiter,
    /// 8
    Down,
    /// 9
    Rollback,
    /// 10
    Removed,
}

impl MemberState {
    /// From the number; what the server does not document is `Unknown`.
    #[must_use]
    pub const fn from_code(code: i64) -> Self {
        match code {
            0 => Self::Startup,
            1 => Self::Primary,
            2 => Self::Secondary,
            3 => Self::Recovering,
            5 => Self::Startup2,
            7 => Self::Arbiter,
            8 => Self::Down,
            9 => Self::Rollback,
            10 => Self::Removed,
            _ => Self::Unknown,
        }
    }

    /// Whether the member does its job in this state.
    #[must_use]
    pub const fn in_service(self) -> bool {
        matches!(self, Self::Primary | Self::Secondary | Self::Arbiter)
    }
}

impl fmt::Display for MemberState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Startup => "STARTUP",
            Self::Primary => "PRIMARY",
            Self::Secondary => "SECONDARY",
            Self::Recovering => "RECOVERING",
            Self::Startup2 => "STARTUP2",
            Self::Unknown => "UNKNOWN",
            Self::Arbiter => "ARBITER",
            Self::Down => "DOWN",
            Self::Rollback => "ROLLBACK",
            Self::Removed => "REMOVED",
        })
    }
}

/// A place in the oplog: seconds and increment of the timestamp, then the term. Ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct OpTime {
    /// Election term; compared first, as the server does.
    pub term: i64,
    /// Seconds since the epoch.
    pub seconds: u32,
    /// Counter within the second.
    pub increment: u32,
}

/// What one member sees of the whole set (`replSetGetStatus`).
#[derive(Clone, Debug, PartialEq)]
pub struct SetStatus {
    /// The set's name.
    pub set: SetName,
    /// The entry that is this server itself.
    pub me: MemberName,
    /// Votes that make a majority.
    pub majority_votes: u32,
    /// Data-bearing voters that a majority write needs.
    pub write_majority: u32,
    /// The election term.
    pub term: i64,
    /// Every member as this one sees it, itself included.
    pub members: Vec<MemberView>,
}

/// One member in another's (or its own) eyes.
#[derive(Clone, Debug, PartialEq)]
pub struct MemberView {
    /// `host:port`.
    pub name: MemberName,
    /// The state it is seen in.
    pub state: MemberState,
    /// Whether it answers heartbeats; itself always does.
    pub reach: Reach,
    /// The last operation applied.
    pub applied: OpTime,
    /// When that operation was made, milliseconds since the epoch, by the clock of its primary.
    pub applied_ms: i64,
    /// Its sync source.
    pub sync_source: Option<MemberName>,
    /// Age of the last heartbeat from it; `None` for the member itself or before the first.
    pub heartbeat_age: Option<Duration>,
    /// The server's own words on a heartbeat that failed.
    pub message: Option<String>,
}

/// Whether a member answers another one's heartbeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// `health: 1`
    Up,
    /// `health: 0`
    Down,
}

/// Everything that is read of one running server in one look.
#[derive(Clone, Debug, PartialEq)]
pub struct ServerView {
    /// Its version.
    pub version: ServerVersion,
    /// The mode it runs in now, by getParameter.
    pub mode: TlsMode,
    /// The set's configuration as it knows it.
    pub config: SetConfig,
    /// The set as it sees it.
    pub status: SetStatus,
}

impl SetStatus {
    /// The entry of a member.
    #[must_use]
    pub fn member(&self, name: &MemberName) -> Option<&MemberView> {
        self.members.iter().find(|member| &member.name == name)
    }

    /// This server's own entry.
    #[must_use]
    pub fn own(&self) -> Option<&MemberView> {
        self.member(&self.me)
    }

    /// The member that it sees as primary.
    #[must_use]
    pub fn primary(&self) -> Option<&MemberView> {
        self.members
            .iter()
            .find(|member| member.state == MemberState::Primary && member.reach == Reach::Up)
    }
}
