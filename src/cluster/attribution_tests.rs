//! Whose fault it is: tables of sets after a restart of member 2.

use std::time::Duration;

use super::*;
use crate::cluster::{
    health::WriteOutage,
    sample::{Sample, name},
};

const LIMITS: Limits =
    Limits { max_lag: Duration::from_secs(10), write_outage: WriteOutage::Refused };

fn without(mut set: SetView, silent: usize) -> SetView {
    set.members.retain(|(member, _)| member != &name(silent));
    for (_, view) in &mut set.members {
        view.status.members[silent].reach = Reach::Down;
    }
    set
}

fn deaf(mut set: SetView, by: usize, to: usize) -> SetView {
    set.members[by].1.status.members[to].reach = Reach::Down;
    set
}

#[test]
fn a_member_is_innocent_of_what_others_do_not_say_or_are_behind_with() {
    for (innocent, set) in [
        (true, Sample::new(3).view()),
        (true, Sample::new(3).behind(2, 60).view()),
        (true, Sample::new(3).behind(1, 60).view()),
        (true, without(Sample::new(3).view(), 1)),
        (true, deaf(Sample::new(3).state(1, MemberState::Recovering).view(), 2, 1)),
        (true, Sample::new(3).arbiter(2).view()),
        // Its own trouble, or trouble that may be its own.
        (false, Sample::new(3).state(2, MemberState::Recovering).view()),
        (false, without(Sample::new(3).view(), 0)),
        (false, without(Sample::new(3).view(), 2)),
        (false, Sample::new(3).no_primary().view()),
        (false, deaf(Sample::new(3).view(), 0, 2)),
        (false, deaf(Sample::new(3).view(), 2, 0)),
        (false, deaf(Sample::new(3).view(), 2, 1)),
        (false, deaf(Sample::new(3).view(), 1, 2)),
    ] {
        assert_eq!(set.is_bystander(&name(2)), innocent, "{set:#?}");
    }
}

#[test]
fn a_member_without_a_sync_source_does_not_do_its_part() {
    let mut set = Sample::new(3).view();
    set.members[2].1.status.members[2].sync_source = None;
    assert!(set.serves(&name(2)));
    assert!(!set.is_bystander(&name(2)));
}

#[test]
fn of_several_that_cannot_be_proved_the_one_goes_back_without_which_the_others_are_well() {
    let all = [name(0), name(1), name(2)];
    let apart = |mut set: SetView, one: usize, other: usize| {
        set = deaf(deaf(set, one, other), other, one);
        set
    };
    let bad_certificate = apart(apart(Sample::new(3).view(), 1, 0), 1, 2);
    assert_eq!(bad_certificate.suspect(&all, LIMITS), Suspect::One(name(1)));
    assert_eq!(bad_certificate.suspect(&all[1..2], LIMITS), Suspect::One(name(1)));
    // Two that do not hear each other: it may be either of them.
    let pair = apart(Sample::new(3).view(), 1, 2);
    assert_eq!(pair.suspect(&all[1..], LIMITS), Suspect::Unclear);
    // The primary cannot be spared, whatever its certificate is like.
    let primary = apart(apart(Sample::new(3).view(), 0, 1), 0, 2);
    assert_eq!(primary.suspect(&all, LIMITS), Suspect::Unclear);
    let behind = Sample::new(3).behind(1, 60).view();
    assert!(matches!(behind.suspect(&all, LIMITS), Suspect::Others(NotNow::Lag { .. })));
    let gone = without(Sample::new(3).view(), 1);
    assert_eq!(gone.suspect(&[name(2)], LIMITS), Suspect::Others(NotNow::Silent(name(1))));
    assert_eq!(Sample::new(3).view().suspect(&[name(2)], LIMITS), Suspect::One(name(2)));
    assert_eq!(Sample::new(3).view().suspect(&all, LIMITS), Suspect::Unclear);
}
