//! The way back from everywhere: down one rung after another, never two apart.

use crate::plan::model::Direction;
use proptest::prelude::*;

use super::*;
use crate::{
    cluster::mode::TlsMode::{self, Allow, Disabled, Prefer, Require},
    engine::host_limit::HostLimit,
    name::{HostName, SetName},
    plan::model::Via,
    steps::tls_mode::{
        decide::decide as decide_any,
        forecast::{forecast, pretend},
        goal::{Proofs, Runtime},
    },
};

fn host(index: usize) -> HostName {
    HostName::new(format!("db{}", index + 1))
}

/// Members in working order, on the way to `level`; the file before the first change was of mode `first`.
fn cluster(modes: &[(TlsMode, TlsMode)], level: TlsMode, first: TlsMode) -> Cluster {
    let (last, wanted) = (modes.len() - 1, level.max(first));
    let members = modes.iter().enumerate().map(|(index, &(running, file))| MemberNow {
        host: host(index),
        set: SetName::new("rs0"),
        running,
        file,
        wanted,
        matches: if file == wanted { Matches::Yes } else { Matches::No },
        office: if index == last { Office::Primary } else { Office::Electable },
        runtime: Runtime::Available,
    });
    Cluster { members: members.collect() }
}

fn goal(mode: TlsMode) -> Goal {
    Goal { mode, way: Direction::Down, via: Some(Via::Restart), limit: HostLimit::All }
}

fn story(modes: &[(TlsMode, TlsMode)], level: TlsMode) -> Vec<Decision> {
    let mut cluster = cluster(modes, level, Disabled);
    forecast(&goal(level), &mut cluster, &mut Proofs::default())
}

#[test]
fn a_rung_down_is_a_rolling_restart_with_the_primary_last() {
    let expected = [
        Decision::Restart(host(0)),
        Decision::Restart(host(1)),
        Decision::StepDown(host(2)),
        Decision::Restart(host(2)),
        Decision::Met,
    ];
    assert_eq!(story(&[(Require, Require); 3], Prefer), expected);
}

#[test]
fn files_that_were_written_ahead_come_back_first_and_without_a_restart() {
    let decisions = story(&[(Allow, Prefer); 3], Allow);
    assert_eq!(decisions, [Decision::Write(vec![host(0), host(1), host(2)]), Decision::Met]);
    let decisions = story(&[(Prefer, Prefer), (Allow, Prefer), (Allow, Prefer)], Allow);
    assert_eq!(decisions[0], Decision::Write(vec![host(1), host(2)]));
    assert_eq!(decisions[1], Decision::Restart(host(0)));
}

#[test]
fn nobody_goes_two_rungs_down_at_once() {
    let found = story(&[(Require, Require), (Prefer, Prefer)], Allow);
    let refusal = Refusal::BarrierBack { host: host(0), running: Require, goal: Allow };
    assert_eq!(found, [Decision::Refuse(refusal)]);
}

#[test]
fn who_is_further_down_already_is_left_alone() {
    assert_eq!(story(&[(Disabled, Disabled); 3], Prefer), [Decision::Met]);
    let found = story(&[(Disabled, Disabled), (Disabled, Allow), (Allow, Allow)], Allow);
    assert_eq!(found, [Decision::Met]);
}

#[test]
fn a_limit_narrows_the_way_back_as_well() {
    let mut goal = goal(Prefer);
    goal.limit = HostLimit::Only([host(0)].into());
    let mut all = cluster(&[(Require, Require); 3], Prefer, Disabled);
    let decisions = forecast(&goal, &mut all, &mut Proofs::default());
    let expected = [Decision::Restart(host(0)), Decision::Limited(vec![host(1), host(2)])];
    assert_eq!(decisions, expected);
}

/// Every member at or under the base rung or one above, its file there or one ahead.
fn reachable(base: usize, shape: &[(usize, usize)]) -> Vec<(TlsMode, TlsMode)> {
    let at = |offset: usize| TlsMode::ALL[base + offset];
    shape.iter().map(|&(running, file)| (at(running), at(file.max(running)))).collect()
}

proptest! {
    /// promise: A5, on the way down, from every state that a run may be cut in.
    #[test]
    fn reboot_safe_at_every_instant_of_the_way_back(
        base in 0_usize..3,
        shape in prop::collection::vec((0_usize..2, 0_usize..2), 1..6),
        first in 0_usize..4,
    ) {
        let mut modes = reachable(base, &shape);
        let lowest = modes.iter().map(|&(running, _)| running).min().unwrap_or(Disabled);
        let first = TlsMode::ALL[first].min(lowest);
        for level in [Prefer, Allow, Disabled].into_iter().filter(|&level| level >= first) {
            let mut now = cluster(&modes, level, first);
            let mut proofs = Proofs::default();
            let mut rounds = 0;
            loop {
                let decision = decide_any(&goal(level), &now, &proofs);
                if decision == Decision::Met {
                    break;
                }
                prop_assert!(!matches!(decision, Decision::Refuse(_)), "{decision:?} {now:?}");
                pretend(&decision, &goal(level), &mut now, &mut proofs);
                for one in &now.members {
                    for other in &now.members {
                        prop_assert!(one.file.talks_with(other.running), "{decision:?} {now:?}");
                        prop_assert!(one.running.talks_with(other.running), "{decision:?} {now:?}");
                    }
                }
                rounds += 1;
                prop_assert!(rounds < 50, "no end: {now:?}");
            }
            modes = now.members.iter().map(|member| (member.running, member.file)).collect();
        }
        let down = modes.iter().all(|&(running, file)| (running, file) == (first, first));
        prop_assert!(down, "{modes:?} is not back at {first}");
    }
}
