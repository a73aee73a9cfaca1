//! Decides which member is at fault. Asked before a member is confirmed or reverted.
//!
//! A healthy member is not restarted because another one fails: that would take two members down.
//! But a fault of its own shows first in its connections, so it counts as healthy only if it and
//! every member that answers receive each other's heartbeats.

use super::{
    health::{Limits, NotNow, SetView, heard_of, in_service, own_state},
    topology::{MemberState, Reach, ServerView},
};
use crate::name::MemberName;

/// Which of the members that could not be verified has to be reverted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Suspect {
    /// None of them: this is what is wrong with the set.
    Others(NotNow),
    /// This one.
    One(MemberName),
    /// It cannot be told.
    Unclear,
}

impl SetView {
    /// The member at fault for these that could not be verified. Where several may be at fault, it is
    /// the one without which all others are healthy.
    #[must_use]
    pub fn suspect(&self, unproved: &[MemberName], limits: Limits) -> Suspect {
        let suspects: Vec<_> = unproved.iter().filter(|it| !self.is_bystander(it)).collect();
        let spared = suspects.iter().copied().filter(|it| self.can_spare(it).is_ok());
        match (suspects.as_slice(), spared.collect::<Vec<_>>().as_slice(), unproved) {
            ([one], ..) | (_, [one], _) => Suspect::One(MemberName::clone(one)),
            ([], _, one) => match (self.healthy(limits), one) {
                (Err(why), _) => Suspect::Others(why),
                (Ok(()), [one]) => Suspect::One(one.clone()),
                (Ok(()), _) => Suspect::Unclear,
            },
            _ => Suspect::Unclear,
        }
    }

    /// It reports itself in service, and it and its primary see each other.
    #[must_use]
    pub fn serves(&self, member: &MemberName) -> bool {
        let (Some(own), Some((primary, leader))) = (self.view(member), self.primary()) else {
            return false;
        };
        let sees = |view: &ServerView, member: &MemberName| {
            let seen = view.status.members.iter().find(|seen| &seen.name == member);
            seen.is_some_and(|seen| seen.state.in_service() && seen.reach != Reach::Down)
        };
        sees(own, member) && sees(own, primary) && sees(leader, member)
    }

    /// Serves and replicates, and exchanges heartbeats with every member that reports itself in service.
    #[must_use]
    pub fn is_bystander(&self, member: &MemberName) -> bool {
        let Some(own) = self.view(member).filter(|_| self.serves(member)) else { return false };
        let alone = own_state(own) == Some(MemberState::Secondary)
            && own.status.own().is_none_or(|me| me.sync_source.is_none());
        let hears = |by: &MemberName, view: &ServerView, whom: &MemberName| {
            view.status.member(whom).is_some_and(|seen| heard_of(by, seen).is_ok())
        };
        let others = self.members.iter().filter(|(name, _)| name != member);
        let mut at_work = others.filter(|(name, view)| in_service(name, view).is_ok());
        !alone && at_work.all(|(name, view)| hears(member, own, name) && hears(name, view, member))
    }
}

#[cfg(test)]
#[path = "attribution_tests.rs"]
mod tests;
