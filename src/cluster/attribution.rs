//! Is what ails the set another member's trouble? Asked before a member is confirmed, or put back.
//!
//! A member that does its part is not restarted for what another one suffers from: that would be two
//! members down. But a fault of its own shows first in its connections, so everyone who answers has
//! to hear it, and it has to hear them.

use super::{
    health::{Limits, NotNow, SetView, heard_of, in_service, own_state},
    topology::{MemberState, Reach, ServerView},
};
use crate::name::MemberName;

/// Who of the members that could not be proved is to go back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Suspect {
    /// None of them: this is what ails the set.
    Others(NotNow),
    /// This one.
    One(MemberName),
    /// It cannot be told.
    Unclear,
}

impl SetView {
    /// Whose fault it is that these members could not be proved. Where several may be at fault, it is
    /// the one without which all the others are well.
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

    /// In service by its own word, and it and its primary see each other.
    #[must_use]
    pub fn serves(&self, member: &MemberName) -> bool {
        let (Some(own), Some((primary, leader))) = (self.of(member), self.primary()) else {
            return false;
        };
        let sees = |view: &ServerView, member: &MemberName| {
            let seen = view.status.members.iter().find(|seen| &seen.name == member);
            seen.is_some_and(|seen| seen.state.in_service() && seen.reach != Reach::Down)
        };
        sees(own, member) && sees(own, primary) && sees(leader, member)
    }

    /// Serves, replicates, and everyone who is in service by its own word hears it and is heard.
    #[must_use]
    pub fn is_bystander(&self, member: &MemberName) -> bool {
        let Some(own) = self.of(member).filter(|_| self.serves(member)) else { return false };
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
