//! When a member counts as back: each criteria alone, and what is missing without it.

use super::*;
use crate::cluster::sample::{Sample, name};

const MARKER: OpTime = OpTime { term: 1, seconds: 100, increment: 1 };

fn criteria(mode: TlsMode) -> Criteria {
    Criteria { mode, marker: MARKER, heard_within: None }
}

fn verdict(sample: &Sample, member: usize, mode: TlsMode) -> Result<Ready, NotReady> {
    check_ready(&sample.server(member), &sample.server(0), criteria(mode))
}

#[test]
fn a_healthy_member_in_the_wanted_mode_is_back() {
    let sample = Sample::new(3).mode(2, TlsMode::Allow);
    let back = verdict(&sample, 2, TlsMode::Allow);
    assert_eq!(back, Ok(Ready { state: MemberState::Secondary, lag: Duration::ZERO }));
}

#[test]
fn the_wrong_mode_or_state_is_not_back() {
    let sample = Sample::new(3);
    let wrong = NotReady::Mode { seen: TlsMode::Disabled, wanted: TlsMode::Allow };
    assert_eq!(verdict(&sample, 2, TlsMode::Allow), Err(wrong));
    let recovering = Sample::new(3).state(2, MemberState::Recovering);
    let state = NotReady::State(MemberState::Recovering);
    assert_eq!(verdict(&recovering, 2, TlsMode::Disabled), Err(state));
}

/// The primary shows such a member SECONDARY with health 1 (measured on 6.0.5).
#[test]
fn a_member_that_sees_nobody_is_not_back_though_its_primary_calls_it_healthy() {
    let sample = Sample::new(3);
    let mut own = sample.server(2);
    for peer in &mut own.status.members[..2] {
        peer.reach = Reach::Down;
        peer.state = MemberState::Down;
    }
    let found = check_ready(&own, &sample.server(0), criteria(TlsMode::Disabled));
    assert_eq!(found, Err(NotReady::Peer { peer: name(0), message: None }));
}

#[test]
fn a_secondary_without_a_source_or_behind_the_marker_is_not_back() {
    let sample = Sample::new(3);
    let mut own = sample.server(2);
    own.status.members[2].sync_source = None;
    let primary = sample.server(0);
    let found = check_ready(&own, &primary, criteria(TlsMode::Disabled));
    assert_eq!(found, Err(NotReady::NoSyncSource(MemberState::Secondary)));
    let behind = Sample::new(3).behind(2, 5);
    let expected = NotReady::Behind { state: MemberState::Secondary, lag: Duration::from_secs(5) };
    assert_eq!(verdict(&behind, 2, TlsMode::Disabled), Err(expected));
}

#[test]
fn the_primary_must_see_it_too() {
    let sample = Sample::new(3);
    let mut primary = sample.server(0);
    primary.status.members[2].reach = Reach::Down;
    primary.status.members[2].state = MemberState::Down;
    primary.status.members[2].message = Some("SSL handshake failed".into());
    let found = check_ready(&sample.server(2), &primary, criteria(TlsMode::Disabled)).unwrap_err();
    assert_eq!(found.to_string(), "the primary sees it DOWN (\"SSL handshake failed\")");
}

#[test]
fn only_heartbeats_after_the_change_count_where_connections_were_dropped() {
    let sample = Sample::new(3);
    let fresh = |limit| Criteria { heard_within: Some(limit), ..criteria(TlsMode::Disabled) };
    let check = |limit| check_ready(&sample.server(2), &sample.server(0), fresh(limit));
    assert!(check(Duration::from_millis(300)).is_ok());
    assert_eq!(check(Duration::from_millis(200)), Err(NotReady::Unheard(name(0))));
}

#[test]
fn an_arbiter_has_no_oplog_to_wait_for() {
    let sample = Sample::new(3).arbiter(2).behind(2, 50);
    let back = verdict(&sample, 2, TlsMode::Disabled);
    assert_eq!(back, Ok(Ready { state: MemberState::Arbiter, lag: Duration::ZERO }));
}

#[test]
fn a_delayed_member_is_back_before_it_has_the_marker_and_not_before_it_replicates() {
    let sample = Sample::new(3).delayed(2, 60).behind(2, 60);
    let back = Ready { state: MemberState::Secondary, lag: Duration::from_secs(60) };
    assert_eq!(verdict(&sample, 2, TlsMode::Disabled), Ok(back));
    let mut own = sample.server(2);
    own.status.members[2].sync_source = None;
    let found = check_ready(&own, &sample.server(0), criteria(TlsMode::Disabled));
    assert_eq!(found, Err(NotReady::NoSyncSource(MemberState::Secondary)));
    let elsewhere = Sample::new(3).delayed(1, 60).behind(2, 60);
    let behind = NotReady::Behind { state: MemberState::Secondary, lag: Duration::from_secs(60) };
    assert_eq!(verdict(&elsewhere, 2, TlsMode::Disabled), Err(behind));
}
