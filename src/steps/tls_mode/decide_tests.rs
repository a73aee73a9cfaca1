//! What is decided from where: stories step by step, and properties over all states.

use crate::plan::model::Direction;
use proptest::prelude::*;

use super::*;
use crate::{
    cluster::mode::TlsMode::{Allow, Disabled, Prefer, Require},
    engine::host_limit::HostLimit,
    name::SetName,
    steps::tls_mode::forecast::{forecast, pretend},
};

fn host(index: usize) -> HostName {
    HostName::new(format!("db{}", index + 1))
}

/// Members in working order: the primary is the last one.
fn cluster(modes: &[(TlsMode, TlsMode)], goal: TlsMode) -> Cluster {
    let last = modes.len() - 1;
    let members = modes.iter().enumerate().map(|(index, &(running, file))| MemberNow {
        host: host(index),
        set: SetName::new("rs0"),
        running,
        file,
        wanted: goal,
        matches: if file == goal { Matches::Yes } else { Matches::No },
        office: if index == last { Office::Primary } else { Office::Electable },
        runtime: Runtime::Available,
    });
    Cluster { members: members.collect() }
}

fn goal(mode: TlsMode, via: Option<Via>) -> Goal {
    Goal { mode, way: Direction::Up, via, limit: HostLimit::All }
}

fn story(modes: &[(TlsMode, TlsMode)], goal: &Goal) -> Vec<Decision> {
    forecast(goal, &mut cluster(modes, goal.mode), &mut Proofs::default())
}

#[test]
fn a_rolling_restart_takes_secondaries_first_and_the_primary_last_after_a_step_down() {
    let expected = [
        Decision::Restart(host(0)),
        Decision::Restart(host(1)),
        Decision::StepDown(host(2)),
        Decision::Restart(host(2)),
        Decision::Met,
    ];
    assert_eq!(story(&[(Disabled, Disabled); 3], &goal(Allow, Some(Via::Restart))), expected);
    assert_eq!(story(&[(Disabled, Disabled); 3], &goal(Allow, None)), expected);
}

#[test]
fn a_runtime_change_writes_all_files_then_proves_one_member_then_moves_the_rest() {
    let expected = [
        Decision::Write(vec![host(0), host(1), host(2)]),
        Decision::SetMode(vec![host(0)]),
        Decision::Verify(vec![host(0)]),
        Decision::SetMode(vec![host(1), host(2)]),
        Decision::Verify(vec![host(1), host(2)]),
        Decision::Met,
    ];
    assert_eq!(story(&[(Allow, Allow); 3], &goal(Prefer, Some(Via::SetParameter))), expected);
    assert_eq!(story(&[(Allow, Allow); 3], &goal(Prefer, None)), expected);
}

#[test]
fn a_finished_cluster_is_left_alone_by_every_step() {
    let done = [(Require, Require); 3];
    for (mode, via) in
        [(Allow, Via::Restart), (Prefer, Via::SetParameter), (Require, Via::SetParameter)]
    {
        assert_eq!(story(&done, &goal(mode, Some(via))), [Decision::Met]);
    }
}

#[test]
fn a_run_that_was_cut_goes_on_from_what_is_true() {
    let cut_between_file_and_restart = [(Allow, Allow), (Disabled, Allow), (Disabled, Disabled)];
    let decisions = story(&cut_between_file_and_restart, &goal(Allow, None));
    assert_eq!(decisions[0], Decision::Restart(host(1)));
    let cut_after_the_first = [(Prefer, Prefer), (Allow, Prefer), (Allow, Prefer)];
    let decisions = story(&cut_after_the_first, &goal(Prefer, None));
    assert_eq!(decisions[0], Decision::Verify(vec![host(0)]));
    assert_eq!(decisions[1], Decision::SetMode(vec![host(1), host(2)]));
    let files_ahead = [(Allow, Prefer); 3];
    assert_eq!(story(&files_ahead, &goal(Allow, None)), [Decision::Met]);
}

/// The manual's trap: the running mode moved, the file never did.
#[test]
fn a_file_that_lags_behind_the_running_mode_is_brought_up_without_a_restart() {
    let expected = [Decision::Write(vec![host(0), host(1), host(2)]), Decision::Met];
    assert_eq!(story(&[(Require, Allow); 3], &goal(Require, None)), expected);
}

#[test]
fn require_proves_everybody_at_prefer_before_anybody_moves() {
    let decisions = story(&[(Prefer, Prefer); 3], &goal(Require, None));
    assert_eq!(decisions[0], Decision::Verify(vec![host(0), host(1), host(2)]));
}

#[test]
fn a_member_alone_is_proved_as_well() {
    let decisions = story(&[(Allow, Prefer)], &goal(Prefer, None));
    let expected =
        [Decision::SetMode(vec![host(0)]), Decision::Verify(vec![host(0)]), Decision::Met];
    assert_eq!(decisions, expected);
}

/// A cluster of several sets is one cluster: a member that lags in any of them is named.
#[test]
fn m4_no_set_moves_on_while_a_member_of_another_one_lags() {
    for (low, goal_mode, needed) in [(Disabled, Prefer, Allow), (Allow, Require, Prefer)] {
        let mut modes = [(needed, needed); 4];
        modes[3] = (low, low);
        let mut both = cluster(&modes, goal_mode);
        for now in &mut both.members[2..] {
            now.set = SetName::new("cfg");
        }
        let refusal = Refusal::Barrier { host: host(3), running: low, goal: goal_mode, needed };
        assert!(refusal.to_string().contains("`db4`"), "{refusal}");
        let found = forecast(&goal(goal_mode, None), &mut both, &mut Proofs::default());
        assert_eq!(found, [Decision::Refuse(refusal)], "{low} {goal_mode}");
    }
    let mut torn = cluster(&[(Prefer, Prefer), (Disabled, Disabled)], Require);
    torn.members[1].set = SetName::new("cfg");
    let found = forecast(&goal(Require, None), &mut torn, &mut Proofs::default());
    let [Decision::Refuse(refusal @ Refusal::Torn { .. })] = &found[..] else {
        panic!("{found:?}")
    };
    assert!(refusal.to_string().contains("`db2`"), "{refusal}");
}

#[test]
fn the_barrier_holds_and_says_who_lags() {
    let refusal =
        Refusal::Barrier { host: host(1), running: Disabled, goal: Prefer, needed: Allow };
    let modes = [(Allow, Allow), (Disabled, Disabled), (Allow, Allow)];
    assert_eq!(story(&modes, &goal(Prefer, None)), [Decision::Refuse(refusal)]);
    let refusal = Refusal::NotAtRuntime { host: host(0), running: Disabled, goal: Allow };
    let found = story(&[(Disabled, Disabled); 3], &goal(Allow, Some(Via::SetParameter)));
    assert_eq!(found, [Decision::Refuse(refusal)]);
}

#[test]
fn members_that_cannot_reach_each_other_are_for_a_person() {
    let torn = [(Disabled, Disabled), (Prefer, Prefer), (Prefer, Prefer)];
    let found = story(&torn, &goal(Prefer, Some(Via::Restart)));
    assert!(matches!(found[..], [Decision::Refuse(Refusal::Torn { .. })]));
}

#[test]
fn an_arbiter_that_takes_no_login_is_restarted_where_others_are_set() {
    let mut cluster = cluster(&[(Allow, Allow); 3], Prefer);
    cluster.members[0].runtime = Runtime::RestartOnly;
    cluster.members[0].office = Office::Other;
    let decisions = forecast(&goal(Prefer, None), &mut cluster, &mut Proofs::default());
    assert!(decisions.contains(&Decision::Restart(host(0))), "{decisions:?}");
    assert!(!decisions.contains(&Decision::Restart(host(1))), "{decisions:?}");
}

#[test]
fn each_set_has_a_first_member_and_an_heir_of_its_own() {
    let mut both = cluster(&[(Allow, Allow); 4], Prefer);
    for now in &mut both.members[2..] {
        now.set = SetName::new("rs1");
    }
    both.members[1].office = Office::Primary;
    let decisions = forecast(&goal(Prefer, None), &mut both, &mut Proofs::default());
    let moves: Vec<_> =
        decisions.into_iter().filter(|it| matches!(it, Decision::SetMode(_))).collect();
    let one = |index| Decision::SetMode(vec![host(index)]);
    assert_eq!(moves, [one(0), one(1), one(2), one(3)]);
    let mut lonely = cluster(&[(Disabled, Disabled); 2], Allow);
    lonely.members[1].set = SetName::new("rs1");
    let decisions = forecast(&goal(Allow, None), &mut lonely, &mut Proofs::default());
    assert!(!decisions.iter().any(|it| matches!(it, Decision::StepDown(_))), "{decisions:?}");
}

#[test]
fn a_primary_is_not_stepped_down_before_secondaries_that_a_limit_leaves_out() {
    let mut goal = goal(Allow, None);
    goal.limit = HostLimit::Only([host(2)].into());
    let expected = [Decision::Limited(vec![host(0), host(1)])];
    assert_eq!(story(&[(Disabled, Disabled); 3], &goal), expected);
}

#[test]
fn a_limit_narrows_what_is_done_and_says_what_it_left() {
    let mut goal = goal(Allow, None);
    goal.limit = HostLimit::Only([host(0)].into());
    let expected = [Decision::Restart(host(0)), Decision::Limited(vec![host(1), host(2)])];
    assert_eq!(story(&[(Disabled, Disabled); 3], &goal), expected);
}

fn any_mode() -> impl Strategy<Value = TlsMode> {
    prop::sample::select(TlsMode::ALL.to_vec())
}

fn any_via() -> impl Strategy<Value = Option<Via>> {
    prop::sample::select(vec![None, Some(Via::Restart), Some(Via::SetParameter)])
}

proptest! {
    /// Promise A5, at every point where a run may be cut: from any state that keeps the promise,
    /// every file and every running mode stay within one rung of every running mode.
    #[test]
    fn reboot_safe_at_every_instant(
        base in 0_usize..3,
        shape in prop::collection::vec((0_usize..2, 0_usize..2), 1..6),
        target in any_mode(),
        via in any_via(),
    ) {
        let at = |offset: usize| TlsMode::ALL[base + offset];
        let modes: Vec<_> =
            shape.iter().map(|&(running, file)| (at(running), at(file))).collect();
        let goal = goal(target, via);
        let mut cluster = cluster(&modes, target);
        let mut proofs = Proofs::default();
        for _ in 0..100 {
            let decision = decide(&goal, &cluster, &proofs);
            if matches!(decision, Decision::Met | Decision::Refuse(_)) {
                if decision == Decision::Met {
                    prop_assert!(cluster.members.iter().all(|now| now.running >= target));
                }
                return Ok(());
            }
            pretend(&decision, &goal, &mut cluster, &mut proofs);
            for one in &cluster.members {
                for other in &cluster.members {
                    prop_assert!(one.file.talks_with(other.running), "{decision:?} {cluster:?}");
                    prop_assert!(one.running.talks_with(other.running), "{decision:?} {cluster:?}");
                }
            }
        }
        prop_assert!(false, "no end: {cluster:?}");
    }

    /// No decision sends `setParameter` for a move that the server refuses.
    #[test]
    fn t21_only_legal_moves_are_sent(
        modes in prop::collection::vec((any_mode(), any_mode()), 1..5),
        target in any_mode(),
        via in any_via(),
    ) {
        let goal = goal(target, via);
        let cluster = cluster(&modes, target);
        if let Decision::SetMode(hosts) = decide(&goal, &cluster, &Proofs::default()) {
            for now in cluster.members.iter().filter(|now| hosts.contains(&now.host)) {
                prop_assert_eq!(now.running.runtime_move(target), RuntimeMove::Legal);
                prop_assert!(now.file >= target);
            }
        }
    }
}
