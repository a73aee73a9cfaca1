//! Whole runs: the good one, the second one, and the ones that are stopped.

use std::{sync::Arc, time::Duration};

use tlsplan::{
    cluster::mode::TlsMode::{self, Allow, Disabled, Prefer, Require},
    error::Exit,
    event::Event,
    plan::{
        Plan,
        model::{Action, Direction, TlsModeStep, Via},
    },
};
use tokio::time::sleep;

use crate::{
    controller::{End, carry_out},
    fault::Fault,
    fault_plan::{FaultPlan, Leg, Trigger},
    model::{Shape, Shared},
    phase::Phase,
    plan::plan,
    recorder::Recorder,
};

pub(crate) fn set(shape: Shape, mode: TlsMode) -> Shared {
    let world = Shared::new(shape, &[mode], 7);
    world.lock().sets[0].writer.every = Some(Duration::from_millis(100));
    world
}

/// A run in which nothing is plotted: its exit and its words.
pub(crate) async fn go(world: &Shared) -> (Exit, String) {
    with(world, Arc::new(FaultPlan::none())).await
}

/// A run in which this fault is injected at this call.
pub(crate) async fn inject(
    world: &Shared,
    fault: Fault,
    phase: Phase,
    nth: usize,
    leg: Leg,
) -> (Exit, String) {
    with(world, Arc::new(FaultPlan::new(Trigger::Phase(phase, nth, leg), fault, 0, 1))).await
}

pub(crate) async fn with(world: &Shared, fault_plan: Arc<FaultPlan>) -> (Exit, String) {
    let size = world.lock().hosts.len();
    with_plan(world, &plan(&[size]), fault_plan).await
}

pub(crate) async fn with_plan(
    world: &Shared,
    plan: &Plan,
    fault_plan: Arc<FaultPlan>,
) -> (Exit, String) {
    let end = carry_out(world, plan, fault_plan, &Recorder::default()).await;
    let broken = world.lock().broken.clone();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    match end {
        End::Exited(exit, words, _) => (exit, words),
        End::Died => panic!("the controller died"),
    }
}

/// Running mode and file of each member.
pub(crate) fn modes(world: &Shared) -> Vec<(TlsMode, TlsMode)> {
    let world = world.lock();
    world.hosts.iter().map(|host| (host.running().unwrap(), host.file_mode().unwrap())).collect()
}

#[tokio::test(start_paused = true)]
async fn a_plaintext_set_reaches_tls_only_with_one_election_and_a_second_run_does_nothing() {
    let world = set(Shape::Three, Disabled);
    let events = Recorder::default();
    let end = carry_out(&world, &plan(&[3]), Arc::new(FaultPlan::none()), &events).await;
    assert_eq!(end.exit(), Some(Exit::Converged));
    assert_eq!(modes(&world), [(Require, Require); 3]);
    assert_eq!(events.count(|event| matches!(event, Event::Restarted { .. })), 3);
    let (elections, moves, changes) = {
        let world = world.lock();
        (world.sets[0].elections, world.set_parameters, world.changes)
    };
    assert_eq!((elections, moves), (1, 6));
    assert_eq!(go(&world).await.0, Exit::Converged);
    assert_eq!(world.lock().changes, changes);
}

/// Majority writes wait for a member that has to find another source.
#[tokio::test(start_paused = true)]
async fn nobody_replicates_from_a_member_that_is_stopped() {
    let world = set(Shape::Five, Disabled);
    assert_eq!(go(&world).await.0, Exit::Converged);
    assert_eq!(world.lock().orphans, 0);
}

/// promise: A2
#[tokio::test(start_paused = true)]
async fn a_set_of_two_is_refused_before_anything_is_touched() {
    let world = set(Shape::Two, Disabled);
    let (exit, words) = go(&world).await;
    assert_eq!(exit, Exit::Refused);
    assert_eq!(
        words,
        "the restart of `db2` has to wait: without `m1.test:27017` 1 votes would be left, and an election needs 2"
    );
    assert_eq!(modes(&world), [(Disabled, Disabled); 2]);
    assert_eq!(world.lock().changes, 0);
}

/// promise: A2. Votes are left, and no majority of members with data.
#[tokio::test(start_paused = true)]
async fn a_primary_a_secondary_and_an_arbiter_are_refused() {
    let world = set(Shape::TwoAndArbiter, Disabled);
    let (exit, _) = go(&world).await;
    assert_eq!((exit, world.lock().changes), (Exit::Refused, 0));
}

/// A run that was cut before its last proof: the next one does not call a sick cluster finished.
#[tokio::test(start_paused = true)]
async fn a_finished_plan_on_a_sick_cluster_is_not_met() {
    let world = set(Shape::Three, Require);
    {
        let mut world = world.lock();
        world.hosts[2].faults.certificate = crate::model::Certificate::WrongCa;
        for host in 0..3 {
            world.drop_connections(host, &[0, 1, 2]);
        }
    }
    sleep(Duration::from_secs(5)).await;
    let (exit, words) = go(&world).await;
    assert_eq!(exit, Exit::Refused);
    assert!(words.starts_with("the end of the run has to wait: "), "{words}");
}

/// promise: C9
#[tokio::test(start_paused = true)]
async fn a_run_that_is_asked_to_stop_leaves_nothing_half_done() {
    let mut stopped = 0;
    for millis in (0..24_000).step_by(130) {
        let (world, fault_plan) = (set(Shape::Three, Disabled), Arc::new(FaultPlan::none()));
        let asking = async {
            sleep(Duration::from_millis(millis)).await;
            fault_plan.cancel.ask();
        };
        let ((exit, words), ()) = tokio::join!(with(&world, Arc::clone(&fault_plan)), asking);
        if exit != Exit::Converged {
            assert_eq!(exit, Exit::PartWay, "{words}");
            assert_eq!(words, "stopped by a signal, with nothing half done");
            stopped += 1;
        }
        let half = (0..3).find(|&index| !world.lock().hosts[index].in_service());
        assert_eq!(half, None, "a member is down after a stop at {millis} ms");
        assert_eq!(go(&world).await.0, Exit::Converged, "after {millis} ms");
        assert_eq!(modes(&world), [(Require, Require); 3], "after {millis} ms");
    }
    assert!(stopped > 80, "only {stopped} of the runs were stopped");
}

/// promise: D3. With 60 s for a start, a restart needs 285 s: the first window is too short for one.
#[tokio::test(start_paused = true)]
async fn nothing_is_begun_that_might_not_end_within_the_window() {
    let (world, mut exits) = (set(Shape::Three, Disabled), Vec::new());
    for seconds in [284, 288, 3600] {
        let fault_plan = FaultPlan::none();
        fault_plan.close_window_in(Duration::from_secs(seconds));
        exits.push(with(&world, Arc::new(fault_plan)).await.0);
        let up = (0..3).all(|index| world.lock().hosts[index].in_service());
        assert!(up, "a member is down at the end of a window of {seconds} s");
    }
    assert_eq!(exits, [Exit::Locked, Exit::PartWay, Exit::Converged]);
    assert_eq!(modes(&world), [(Require, Require); 3]);
}

/// promise: C1
#[tokio::test(start_paused = true)]
async fn a_run_dropped_at_any_moment_is_finished_by_the_next() {
    for millis in (0..24_000).step_by(260) {
        let world = set(Shape::Three, Disabled);
        let fault_plan = Arc::new(FaultPlan::new(Trigger::Never, Fault::ControllerDies, 0, 1));
        let dying = async {
            sleep(Duration::from_millis(millis)).await;
            fault_plan.death.notify_one();
        };
        let (plan, events) = (plan(&[3]), Recorder::default());
        let work = carry_out(&world, &plan, Arc::clone(&fault_plan), &events);
        tokio::join!(work, dying);
        assert_eq!(go(&world).await.0, Exit::Converged, "cut after {millis} ms");
        assert_eq!(modes(&world), [(Require, Require); 3], "cut after {millis} ms");
        assert!(world.lock().sets[0].elections <= 2);
    }
}

/// A plan that begins in the middle goes on from there.
#[tokio::test(start_paused = true)]
async fn a_set_that_is_half_way_is_finished() {
    for mode in [Allow, Prefer] {
        let world = set(Shape::FourAndArbiter, mode);
        assert_eq!(go(&world).await.0, Exit::Converged);
        assert_eq!(modes(&world), [(Require, Require); 5]);
    }
}

/// promise: A5. Nobody moves two rungs at once.
#[tokio::test(start_paused = true)]
async fn a_plan_that_leaves_a_rung_out_is_refused() {
    let (world, mut plan) = (set(Shape::Three, Disabled), plan(&[3]));
    plan.steps.remove(0);
    plan.steps[0].action = Action::TlsMode(TlsModeStep {
        mode: Prefer,
        direction: Direction::Up,
        via: Some(Via::Restart),
    });
    let none = Arc::new(FaultPlan::none());
    let end = carry_out(&world, &plan, none, &Recorder::default()).await;
    assert_eq!((end.exit(), world.lock().changes), (Some(Exit::Refused), 0));
}
