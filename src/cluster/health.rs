//! Whether a member may be stopped now. Checked on fresh facts before every stop.
//!
//! A missing fact counts as unsafe. The rules are promises A2 and A6 of `docs/design.md`: one primary
//! that all members agree on, all members in service with recent heartbeats, and without the member
//! still enough votes for an election and enough data-bearing members for majority writes.

use std::time::Duration;

use super::topology::{
    MemberConfig, MemberKind, MemberState, MemberView, Reach, ServerView, Voting,
};
use crate::name::MemberName;

/// A heartbeat is due every two seconds; two of them missed and the fact is old.
pub const HEARTBEAT_FRESH: Duration = Duration::from_secs(5);

/// One replica set, seen from each of its members at one moment.
#[derive(Clone, Debug, Default)]
pub struct SetView {
    /// Every member that a plan's host answers for.
    pub members: Vec<(MemberName, ServerView)>,
}

/// Whether a plan accepts that writes stop while a member is down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum WriteOutage {
    /// Refuse such a stop.
    #[default]
    Refused,
    /// Say what it will cost, and go on.
    Accepted,
}

/// What the plan allows.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How far behind the primary a healthy member may be.
    pub max_lag: Duration,
    /// Whether writes may stop for the time of a restart.
    pub write_outage: WriteOutage,
}

/// Why a member may not go down now.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotNow {
    /// The set's configuration names a member that no host answered for.
    #[error("`{0}` does not answer, so the state of the set is not known")]
    Silent(MemberName),
    /// No member says that it is primary.
    #[error("the set has no primary")]
    NoPrimary,
    /// The members do not agree on who is primary.
    #[error("`{by}` does not take `{primary}` for the primary")]
    Disagreement {
        /// Who sees it otherwise.
        by: MemberName,
        /// Who says it is primary.
        primary: MemberName,
    },
    /// A member is in a state in which it does not do its job.
    #[error("`{member}` is {state}")]
    NotInService {
        /// The member.
        member: MemberName,
        /// The state that it reports.
        state: MemberState,
    },
    /// A member does not reach another one.
    #[error("`{by}` does not reach `{member}`{}", said(.message.as_deref()))]
    Unreached {
        /// Who tries.
        by: MemberName,
        /// Who is not reached.
        member: MemberName,
        /// The server's words.
        message: Option<String>,
    },
    /// A member's last news of another one is old.
    #[error("`{by}` has not heard of `{member}` for {}s", .age.as_secs())]
    Stale {
        /// Who waits.
        by: MemberName,
        /// Whose heartbeat is missing.
        member: MemberName,
        /// Since when.
        age: Duration,
    },
    /// A member is too far behind.
    #[error(
        "`{member}` is {}s behind the primary; the plan's max_lag is {}s{}",
        .lag.as_secs(),
        .limit.as_secs(),
        on_purpose(*.delay)
    )]
    Lag {
        /// The member.
        member: MemberName,
        /// How far behind.
        lag: Duration,
        /// What the plan allows.
        limit: Duration,
        /// What it is behind on purpose, which is allowed on top.
        delay: Duration,
    },
    /// The set could not elect a primary without the member.
    #[error("without `{member}` {left} votes would be left, and an election needs {needed}")]
    Votes {
        /// The member.
        member: MemberName,
        /// Healthy votes without it.
        left: u32,
        /// The majority.
        needed: u32,
    },
    /// Majority writes would stop without the member.
    #[error(
        "without `{member}` {left} voting members with data would be left{}, and a majority write needs {needed}",
        uncounted(*.delayed)
    )]
    WriteMajority {
        /// The member.
        member: MemberName,
        /// Healthy data-bearing voters without it and without the delayed ones.
        left: u32,
        /// Voters that have every write too late to count.
        delayed: u32,
        /// What `w: majority` waits for.
        needed: u32,
    },
    /// A member's unit is not in the state `running`: it is being started or stopped.
    #[error("the unit of `{0}` is being started or stopped")]
    UnitBusy(MemberName),
    /// Its host may still put an earlier file back by itself.
    #[error("the host of `{0}` waits for the end of an earlier restart")]
    Armed(MemberName),
    /// The hosts answer so slowly that what they say is old when it arrives.
    #[error("looking at all hosts took {}s, and facts that old are not used", .0.as_secs())]
    Slow(Duration),
    /// No member can take over from the primary.
    #[error("`{0}` is primary, and no electable secondary is healthy")]
    NoSuccessor(MemberName),
}

/// The server's words in brackets, where there are any.
pub(super) fn said(message: Option<&str>) -> String {
    message.map(|words| format!(" (\"{words}\")")).unwrap_or_default()
}

fn on_purpose(delay: Duration) -> String {
    if delay.is_zero() {
        String::new()
    } else {
        format!(" on top of its delay of {}s", delay.as_secs())
    }
}

fn uncounted(delayed: u32) -> String {
    if delayed == 0 { String::new() } else { format!(" (and {delayed} delayed, not counted)") }
}

impl NotNow {
    /// Whether waiting can help. Votes do not come back by themselves.
    #[must_use]
    pub const fn passes(&self) -> bool {
        !matches!(self, Self::Votes { .. } | Self::WriteMajority { .. } | Self::NoSuccessor(_))
    }
}

impl SetView {
    /// The view of one member.
    #[must_use]
    pub fn view(&self, name: &MemberName) -> Option<&ServerView> {
        self.members.iter().find(|(member, _)| member == name).map(|(_, view)| view)
    }

    /// Whether its configuration names the member, also where that is silent.
    #[must_use]
    pub fn knows(&self, name: &MemberName) -> bool {
        let mut known = self.members.iter().flat_map(|(_, view)| &view.config.members);
        known.any(|entry| &entry.name == name)
    }

    /// The member that says of itself that it is primary, in the newest term.
    #[must_use]
    pub fn primary(&self) -> Option<(&MemberName, &ServerView)> {
        self.members
            .iter()
            .filter(|(_, view)| own_state(view) == Some(MemberState::Primary))
            .max_by_key(|(_, view)| view.status.term)
            .map(|(name, view)| (name, view))
    }

    /// Whether the whole set is well: everybody in service, heard of, agreed, and not behind.
    pub fn healthy(&self, limits: Limits) -> Result<(), NotNow> {
        self.everybody_answers()?;
        let (primary, leader) = self.primary().ok_or(NotNow::NoPrimary)?;
        self.members.iter().try_for_each(|(name, view)| in_service(name, view))?;
        for (name, view) in &self.members {
            if view.status.primary().map(|member| &member.name) != Some(primary) {
                return Err(NotNow::Disagreement { by: name.clone(), primary: primary.clone() });
            }
            view.status.members.iter().try_for_each(|peer| heard_of(name, peer))?;
        }
        self.members.iter().try_for_each(|(name, view)| within_lag(name, view, leader, limits))
    }

    /// Whether `member` may be stopped now: promise A2.
    pub fn may_stop(&self, member: &MemberName, limits: Limits) -> Result<(), NotNow> {
        self.healthy(limits)?;
        if limits.write_outage == WriteOutage::Accepted {
            return Ok(());
        }
        let (_, leader) = self.primary().ok_or(NotNow::NoPrimary)?;
        let left = |counts: fn(&MemberConfig) -> bool| {
            let voters = leader.config.members.iter().filter(|entry| {
                &entry.name != member && entry.voting == Voting::Votes && counts(entry)
            });
            u32::try_from(voters.count()).unwrap_or(u32::MAX)
        };
        let votes = left(|_| true);
        let needed = leader.status.majority_votes;
        if votes < needed {
            return Err(NotNow::Votes { member: member.clone(), left: votes, needed });
        }
        // A delayed member confirms a write only when its delay is over, so it does not count for the majority.
        let delayed = left(|entry| !entry.delay.is_zero());
        let prompt = left(|entry| entry.kind == MemberKind::DataBearing).saturating_sub(delayed);
        let needed = leader.status.write_majority;
        if prompt < needed {
            let member = member.clone();
            return Err(NotNow::WriteMajority { member, left: prompt, delayed, needed });
        }
        Ok(())
    }

    /// Whether the primary may be asked to step down: somebody electable is healthy.
    pub fn may_step_down(&self, primary: &MemberName, limits: Limits) -> Result<(), NotNow> {
        self.may_stop(primary, limits)?;
        let leader = self.view(primary).ok_or_else(|| NotNow::Silent(primary.clone()))?;
        let electable = leader.config.members.iter().any(|entry| {
            &entry.name != primary
                && entry.priority > 0.0
                && entry.kind == MemberKind::DataBearing
                && self.view(&entry.name).and_then(own_state) == Some(MemberState::Secondary)
        });
        if electable { Ok(()) } else { Err(NotNow::NoSuccessor(primary.clone())) }
    }

    /// Whether the others do without `member`, whatever it is like itself: they answer, are in
    /// service, hear each other, have a primary among them and votes enough. Asked before a member
    /// is restarted for its own good.
    pub fn can_spare(&self, member: &MemberName) -> Result<(), NotNow> {
        let others = || self.members.iter().filter(|(name, _)| name != member);
        let known = others().flat_map(|(_, view)| &view.config.members);
        let mut absent =
            known.filter(|entry| &entry.name != member && self.view(&entry.name).is_none());
        if let Some(entry) = absent.next() {
            return Err(NotNow::Silent(entry.name.clone()));
        }
        for (name, view) in others() {
            in_service(name, view)?;
            let peers = view.status.members.iter().filter(|peer| &peer.name != member);
            peers.into_iter().try_for_each(|peer| heard_of(name, peer))?;
        }
        let leader = others().find(|(_, view)| own_state(view) == Some(MemberState::Primary));
        let (_, leader) = leader.ok_or(NotNow::NoPrimary)?;
        let voters = leader.config.members.iter();
        let left = voters.filter(|entry| &entry.name != member && entry.voting == Voting::Votes);
        let (left, needed) =
            (u32::try_from(left.count()).unwrap_or(u32::MAX), leader.status.majority_votes);
        if left < needed {
            return Err(NotNow::Votes { member: member.clone(), left, needed });
        }
        Ok(())
    }

    fn everybody_answers(&self) -> Result<(), NotNow> {
        let known = self.members.iter().flat_map(|(_, view)| &view.config.members);
        let mut silent = known.filter(|entry| self.view(&entry.name).is_none());
        silent.next().map_or(Ok(()), |entry| Err(NotNow::Silent(entry.name.clone())))
    }
}

/// The state that a member reports of itself.
#[must_use]
pub fn own_state(view: &ServerView) -> Option<MemberState> {
    view.status.own().map(|own| own.state)
}

/// How far `view` is behind `leader`, by the times of their last applied operations.
#[must_use]
pub fn lag(view: &ServerView, leader: &ServerView) -> Duration {
    let applied = |view: &ServerView| view.status.own().map_or(0, |own| own.applied_ms);
    let behind = applied(leader).saturating_sub(applied(view));
    Duration::from_millis(u64::try_from(behind).unwrap_or(0))
}

pub(super) fn in_service(name: &MemberName, view: &ServerView) -> Result<(), NotNow> {
    let state = own_state(view).unwrap_or(MemberState::Unknown);
    if state.in_service() {
        return Ok(());
    }
    Err(NotNow::NotInService { member: name.clone(), state })
}

pub(super) fn heard_of(by: &MemberName, peer: &MemberView) -> Result<(), NotNow> {
    if peer.reach == Reach::Down || !peer.state.in_service() {
        let message = peer.message.clone();
        return Err(NotNow::Unreached { by: by.clone(), member: peer.name.clone(), message });
    }
    match peer.heartbeat_age {
        Some(age) if age > HEARTBEAT_FRESH => {
            Err(NotNow::Stale { by: by.clone(), member: peer.name.clone(), age })
        }
        _ => Ok(()),
    }
}

fn within_lag(
    name: &MemberName,
    view: &ServerView,
    leader: &ServerView,
    limits: Limits,
) -> Result<(), NotNow> {
    if own_state(view) != Some(MemberState::Secondary) {
        return Ok(());
    }
    let lag = lag(view, leader);
    // A delayed member is late on purpose, by its delay.
    let (limit, delay) = (limits.max_lag, leader.config.delay(name));
    if lag <= limit.saturating_add(delay) {
        return Ok(());
    }
    Err(NotNow::Lag { member: name.clone(), lag, limit, delay })
}

#[cfg(test)]
#[path = "health_tests.rs"]
mod tests;
