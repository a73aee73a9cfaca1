//! When a member may go down: tables of sets and the refusal that each gets.

use super::*;
use crate::cluster::sample::{Sample, name};

const LIMITS: Limits =
    Limits { max_lag: Duration::from_secs(10), write_outage: WriteOutage::Refused };

fn refusal(sample: &Sample, member: usize) -> String {
    let view = sample.view();
    view.may_stop(&name(member), LIMITS).map_or_else(|why| why.to_string(), |()| "may".to_owned())
}

#[test]
fn a_member_may_stop_only_when_the_rest_can_do_without_it() {
    let three = Sample::new(3);
    for (sample, member, expected) in [
        (three.clone(), 2, "may"),
        (three.clone(), 0, "may"),
        (Sample::new(5).arbiter(4), 1, "may"),
        (
            Sample::new(1),
            0,
            "without `db1.test:27017` 0 votes would be left, and an election needs 1",
        ),
        (
            Sample::new(2),
            1,
            "without `db2.test:27017` 1 votes would be left, and an election needs 2",
        ),
        (
            Sample::new(3).arbiter(2),
            1,
            "without `db2.test:27017` 1 voting members with data would be left, and a majority write needs 2",
        ),
        (Sample::new(3).arbiter(2), 2, "may"),
        (
            Sample::new(4).arbiter(3),
            1,
            "without `db2.test:27017` 2 voting members with data would be left, and a majority write needs 3",
        ),
        (three.clone().no_primary(), 2, "the set has no primary"),
        (three.clone().state(1, MemberState::Recovering), 2, "`db2.test:27017` is RECOVERING"),
        (three.clone().state(1, MemberState::Recovering), 1, "`db2.test:27017` is RECOVERING"),
        (
            three.clone().behind(1, 11),
            2,
            "`db2.test:27017` is 11s behind the primary; the plan's max_lag is 10s",
        ),
        (three.clone().behind(1, 10), 2, "may"),
    ] {
        assert_eq!(refusal(&sample, member), expected);
    }
}

#[test]
fn a_member_that_nobody_answers_for_makes_everything_unsafe() {
    let mut view = Sample::new(3).view();
    view.members.pop();
    assert_eq!(view.may_stop(&name(1), LIMITS), Err(NotNow::Silent(name(2))));
}

#[test]
fn old_news_is_no_news() {
    let mut view = Sample::new(3).view();
    let age = Duration::from_secs(6);
    view.members[1].1.status.members[2].heartbeat_age = Some(age);
    let stale = NotNow::Stale { by: name(1), member: name(2), age };
    assert_eq!(view.may_stop(&name(0), LIMITS), Err(stale));
}

#[test]
fn members_must_agree_on_the_primary() {
    let mut view = Sample::new(3).view();
    view.members[2].1 = Sample::new(3).primary(1).server(2);
    let split = NotNow::Disagreement { by: name(2), primary: name(0) };
    assert_eq!(view.healthy(LIMITS), Err(split));
}

#[test]
fn an_accepted_write_outage_lifts_the_vote_but_not_the_health() {
    let accepted = Limits { write_outage: WriteOutage::Accepted, ..LIMITS };
    assert_eq!(Sample::new(2).view().may_stop(&name(1), accepted), Ok(()));
    let sick = Sample::new(2).behind(1, 60).view();
    assert!(matches!(sick.may_stop(&name(0), accepted), Err(NotNow::Lag { .. })));
}

#[test]
fn a_primary_hands_over_only_to_somebody_electable() {
    let lonely = Sample::new(3).priority(1, 0.0).priority(2, 0.0).view();
    assert_eq!(lonely.may_step_down(&name(0), LIMITS), Err(NotNow::NoSuccessor(name(0))));
    assert_eq!(Sample::new(3).view().may_step_down(&name(0), LIMITS), Ok(()));
}

#[test]
fn a_member_is_spared_only_when_the_others_are_well_without_it() {
    let alone = Sample::new(3).state(2, MemberState::Recovering).view();
    assert_eq!(alone.can_spare(&name(2)), Ok(()));
    assert!(alone.can_spare(&name(1)).is_err());
    assert_eq!(Sample::new(3).view().can_spare(&name(0)), Err(NotNow::NoPrimary));
    let mut missing = Sample::new(3).view();
    missing.members.remove(1);
    assert_eq!(missing.can_spare(&name(2)), Err(NotNow::Silent(name(1))));
    let pair = Sample::new(2).view().can_spare(&name(1));
    assert!(matches!(pair, Err(NotNow::Votes { .. })));
}

#[test]
fn a_delayed_member_is_late_on_purpose_and_confirms_no_write() {
    let five = Sample::new(5).delayed(4, 60);
    for (sample, member, expected) in [
        (five.clone().behind(4, 70), 1, "may"),
        (five.clone().behind(4, 70), 4, "may"),
        (
            five.clone().behind(4, 71),
            1,
            "`db5.test:27017` is 71s behind the primary; the plan's max_lag is 10s on top of its delay of 60s",
        ),
        (
            five.clone().behind(1, 11),
            2,
            "`db2.test:27017` is 11s behind the primary; the plan's max_lag is 10s",
        ),
        (Sample::new(3).delayed(2, 60).behind(2, 60), 2, "may"),
        (
            Sample::new(3).delayed(2, 60).behind(2, 60),
            1,
            "without `db2.test:27017` 1 voting members with data would be left (and 1 delayed, not counted), and a majority write needs 2",
        ),
    ] {
        assert_eq!(refusal(&sample, member), expected);
    }
}
