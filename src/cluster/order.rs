//! The order in which members are changed: the primary always last.

use super::{
    health::{SetView, own_state},
    topology::{MemberKind, MemberState},
};
use crate::name::MemberName;

/// All members of the set, the ones that matter least first: hidden and priority-zero members, then
/// arbiters, then electable secondaries from the end of the configuration, the primary last.
///
/// The member restarted first is the one that proves the new file in real life, so it is one whose
/// loss costs nothing; and each restart but the last leaves the primary where it is.
#[must_use]
pub fn order(set: &SetView) -> Vec<MemberName> {
    let Some((_, reference)) =
        set.primary().or_else(|| set.members.first().map(|(name, view)| (name, view)))
    else {
        return Vec::new();
    };
    let mut members: Vec<_> = reference.config.members.iter().enumerate().collect();
    members.sort_by_key(|&(place, entry)| {
        let state = set.view(&entry.name).and_then(own_state);
        let rank = match (state, entry.kind, entry.priority > 0.0) {
            (Some(MemberState::Primary), ..) => 3,
            (_, MemberKind::Arbiter, _) => 1,
            (_, MemberKind::DataBearing, false) => 0,
            (_, MemberKind::DataBearing, true) => 2,
        };
        (rank, std::cmp::Reverse(place))
    });
    members.into_iter().map(|(_, entry)| entry.name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::sample::{Sample, name};

    #[test]
    fn the_primary_is_last_and_the_expendable_are_first() {
        let set = Sample::new(5).primary(1).arbiter(3).priority(4, 0.0).view();
        let expected: Vec<_> = [4, 3, 2, 0, 1].into_iter().map(name).collect();
        assert_eq!(order(&set), expected);
    }

    #[test]
    fn a_set_without_a_primary_has_an_order_all_the_same() {
        assert_eq!(order(&Sample::new(3).no_primary().view()).len(), 3);
        assert!(order(&SetView::default()).is_empty());
    }
}
