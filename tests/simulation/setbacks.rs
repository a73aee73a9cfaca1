//! Runs in which one thing goes wrong, and what exactly comes of it.

use std::{sync::Arc, time::Duration};

use tlsplan::{
    cluster::check::CheckId,
    cluster::mode::TlsMode::{Allow, Disabled, Prefer, Require},
    error::Exit,
    host::deadman::{Phase as Deadman, RevertOutcome},
};
use tokio::time::{Instant, sleep, timeout};

use crate::{
    controller::carry_out,
    fault::Fault,
    fault_plan::{FaultPlan, Leg, Trigger},
    model::{Canary, Certificate, HostFault, Shape, Shared, World, file_text},
    phase::Phase,
    plan::plan,
    recorder::Recorder,
    runs::{go, inject, modes, set, with, with_plan},
};

/// promise: D1
#[tokio::test(start_paused = true)]
async fn a_host_that_another_run_has_stops_everything() {
    let world = set(Shape::Three, Disabled);
    let (exit, words) = inject(&world, Fault::HostTaken, Phase::Pf, 1, Leg::Before).await;
    assert_eq!(exit, Exit::Locked);
    assert!(words.starts_with("`db2` does not take orders from this run any more"), "{words}");
    assert_eq!(modes(&world), [(Disabled, Disabled); 3]);
}

#[tokio::test(start_paused = true)]
async fn a_file_that_the_canary_refuses_touches_nothing() {
    let world = set(Shape::Three, Disabled);
    world.lock().hosts[1].faults.canary = Canary::Refuses;
    let (exit, words) = go(&world).await;
    assert_eq!(exit, Exit::Refused);
    assert!(words.starts_with("the new configuration file of `db2` is not proved"), "{words}");
    assert_eq!(modes(&world), [(Disabled, Disabled); 3]);
    assert!(world.lock().hosts.iter().all(|host| host.writes == 0));
}

/// promise: C6
#[tokio::test(start_paused = true)]
async fn a_member_that_does_not_come_back_is_put_back_and_proved() {
    let world = set(Shape::Three, Disabled);
    world.lock().hosts[2].faults.canary = Canary::Blind;
    world.lock().hosts[2].faults.dies_from = Some(Allow);
    let (exit, words) = go(&world).await;
    assert_eq!(exit, Exit::PutBack, "{words}");
    assert_eq!(modes(&world), [(Disabled, Disabled); 3]);
    assert!(world.lock().hosts[2].answers_well());
    assert_eq!(world.lock().hosts[1].restarts, 0);
}

/// A certificate that only its peers refuse is met at allowTLS, by each of them and by itself.
#[tokio::test(start_paused = true)]
async fn a_certificate_that_peers_refuse_is_met_before_any_member_moves() {
    let world = set(Shape::Three, Allow);
    world.lock().hosts[2].faults.certificate = Certificate::WrongName;
    let (exit, words) = go(&world).await;
    assert_eq!(exit, Exit::Refused, "{words}");
    assert!(words.starts_with("3 of 9 pairs of members do not reach each other"), "{words}");
    assert!(words.contains("`db1` cannot reach `db3` as `m2.test:27017`"), "{words}");
    assert!(words.contains("`db3` cannot reach itself as `m2.test:27017`"), "{words}");
    assert_eq!(modes(&world), [(Allow, Allow); 3]);
    assert!(world.lock().hosts.iter().all(|host| host.writes == 0));
    world.lock().hosts[2].faults.certificate = Certificate::Good;
    assert_eq!(go(&world).await.0, Exit::Converged);
}

async fn without_rehearsal(world: &Shared) -> (Exit, String) {
    let mut plan = plan(&[3]);
    plan.waivers.insert(CheckId::PeerTls, "it shall be met later".to_owned());
    with_plan(world, &plan, Arc::new(FaultPlan::none())).await
}

/// Where that is waived it shows at preferTLS, on the one member that went first.
#[tokio::test(start_paused = true)]
async fn a_member_that_its_peers_cannot_hear_is_put_back_before_the_others_move() {
    let world = set(Shape::Three, Allow);
    world.lock().hosts[2].faults.certificate = Certificate::WrongCa;
    let (exit, words) = without_rehearsal(&world).await;
    assert_eq!(exit, Exit::PutBack, "{words}");
    assert_eq!(world.lock().set_parameters, 1);
    let running: Vec<_> = modes(&world).into_iter().map(|(running, _)| running).collect();
    assert_eq!(running, [Allow; 3]);
}

/// promise: E1
#[tokio::test(start_paused = true)]
async fn a_lost_reply_and_a_lost_request_are_told_apart_by_looking() {
    for leg in [Leg::Midway, Leg::After] {
        let world = set(Shape::Three, Disabled);
        let (exit, words) = inject(&world, Fault::Reset, Phase::Cm, 1, leg).await;
        assert_eq!(exit, Exit::Converged, "{words}");
        let restarts: Vec<_> = world.lock().hosts.iter().map(|host| host.restarts).collect();
        assert_eq!(restarts, [1, 1, 1]);
    }
}

/// promise: C6. What is found out by looking has its way back as well.
#[tokio::test(start_paused = true)]
async fn a_member_that_does_not_come_back_is_put_back_although_the_reply_was_lost() {
    let world = set(Shape::Three, Disabled);
    world.lock().hosts[2].faults.canary = Canary::Blind;
    world.lock().hosts[2].faults.dies_from = Some(Allow);
    let (exit, words) = inject(&world, Fault::Reset, Phase::Cm, 1, Leg::After).await;
    assert_eq!(exit, Exit::PutBack, "{words}");
    assert!(world.lock().hosts[2].answers_well());
}

/// promise: A1. The member in hand is not restarted for what another one suffers from.
#[tokio::test(start_paused = true)]
async fn a_member_whose_peer_died_is_left_alone() {
    let world = set(Shape::Three, Allow);
    let dying = async {
        while world.lock().set_parameters == 0 {
            sleep(Duration::from_millis(1)).await;
        }
        // Its connections are dropped by then, and it is being proved.
        sleep(Duration::from_millis(150)).await;
        world.lock().kill(1);
    };
    let ((exit, words), ()) = tokio::join!(go(&world), dying);
    assert_eq!(exit, Exit::Refused, "{words}");
    let wanted = "the proof of `db3` has to wait: `m1.test:27017` does not answer";
    assert!(words.starts_with(wanted), "{words}");
    let world = world.lock();
    assert_eq!(world.hosts[2].restarts, 0);
    assert_eq!(world.sets[0].elections, 0);
}

/// promise: A1. Nor is one that was restarted, came back well, and cannot be proved for another's sake.
#[tokio::test(start_paused = true)]
async fn a_member_that_is_back_when_another_one_died_stays_confirmed_on_its_new_file() {
    let world = set(Shape::Three, Disabled);
    let (exit, words) = inject(&world, Fault::AnotherDies, Phase::Cm, 1, Leg::After).await;
    assert_eq!(exit, Exit::Refused, "{words}");
    let wanted = "what follows the restart of `db3` has to wait: ";
    assert!(words.starts_with(wanted), "{words}");
    let world = world.lock();
    assert_eq!((world.hosts[2].restarts, world.hosts[2].file_mode()), (1, Some(Allow)));
    assert!(world.hosts[2].switches.open.is_none());
}

#[tokio::test(start_paused = true)]
async fn plaintext_is_not_switched_off_where_tls_does_not_get_through() {
    let world = set(Shape::Three, Prefer);
    world.lock().hosts[1].faults.add(HostFault::NoWayByTls);
    let (exit, words) = go(&world).await;
    assert_eq!(exit, Exit::Refused);
    let wanted = "`db2` cannot be reached by TLS, and the next step would leave no other way";
    assert!(words.starts_with(wanted), "{words}");
    assert_eq!(modes(&world), [(Prefer, Prefer); 3]);
}

#[tokio::test(start_paused = true)]
async fn a_restart_that_systemd_refuses_is_found_out_by_looking_and_the_old_file_comes_back() {
    let world = set(Shape::Three, Disabled);
    world.lock().hosts[2].faults.add(HostFault::UnitMasked);
    let (exit, words) = go(&world).await;
    assert_ne!(exit, Exit::Converged, "{words}");
    world.lock().hosts[2].faults.remove(HostFault::UnitMasked);
    sleep(Duration::from_secs(200)).await;
    assert_eq!(go(&world).await.0, Exit::Converged);
    assert_eq!(modes(&world), [(Require, Require); 3]);
}

/// promise: C2. A host that loses power on its way back goes on with it when it boots.
#[tokio::test(start_paused = true)]
async fn a_way_back_that_was_cut_goes_on_at_the_next_boot() {
    let world = set(Shape::Three, Disabled);
    world.lock().hosts[2].faults.canary = Canary::Blind;
    world.lock().hosts[2].faults.dies_from = Some(Allow);
    let fault_plan =
        FaultPlan::new(Trigger::Phase(Phase::Vf, 30, Leg::Before), Fault::ControllerDies, 0, 1);
    let end = carry_out(&world, &plan(&[3]), fault_plan.into(), &Recorder::default()).await;
    assert!(end.exit().is_none());
    let firing = |world: &World| {
        let open = world.hosts[2].switches.open.as_ref();
        open.is_some_and(|open| open.phase == Deadman::Firing)
    };
    let until_it_fires = async {
        while !firing(&world.lock()) {
            sleep(Duration::from_millis(100)).await;
        }
    };
    timeout(Duration::from_secs(3600), until_it_fires).await.expect("its host helps itself");
    world.lock().power_cut(2);
    sleep(Duration::from_secs(60)).await;
    assert!(world.lock().hosts[2].answers_well());
    assert_eq!(modes(&world), [(Disabled, Disabled); 3]);
    let (exit, words) = go(&world).await;
    assert_eq!(exit, Exit::PutBack, "{words}");
}

/// promise: C2. The file was written by a run that was cut; the next one finds that it does not work.
#[tokio::test(start_paused = true)]
async fn a_file_of_an_earlier_run_is_put_back_as_well() {
    let world = set(Shape::Three, Allow);
    world.lock().hosts[2].faults.certificate = Certificate::WrongCa;
    for host in &mut world.lock().hosts {
        let earlier = std::mem::replace(&mut host.file, file_text(Prefer, ""));
        host.kept.push(earlier);
    }
    let (exit, words) = without_rehearsal(&world).await;
    assert_eq!(exit, Exit::PutBack, "{words}");
    assert_eq!(modes(&world)[2], (Allow, Allow));
}

/// promise: C9. A second action shortens the wait for a member, and its way back is proved all the same.
#[tokio::test(start_paused = true)]
async fn a_run_that_is_asked_twice_waits_less_long_for_a_member() {
    let mut took = Vec::new();
    for wishes in [1, 2] {
        let (world, fault_plan) = (set(Shape::Three, Disabled), Arc::new(FaultPlan::none()));
        world.lock().hosts[2].faults.add(HostFault::NeverListens);
        let (started, asked) = (Instant::now(), Arc::clone(&fault_plan));
        let asking = async {
            while world.lock().hosts[2].restarts == 0 {
                sleep(Duration::from_millis(10)).await;
            }
            (0..wishes).for_each(|_| asked.cancel.ask());
        };
        let ((exit, words), ()) = tokio::join!(with(&world, fault_plan), asking);
        assert_eq!(exit, Exit::PutBack, "{words}");
        assert!(world.lock().hosts[2].answers_well());
        took.push(started.elapsed().as_secs());
    }
    assert!(took[0] > 60 && took[1] < 45, "{took:?}");
}

/// promise: C4
#[tokio::test(start_paused = true)]
async fn a_host_that_cannot_be_confirmed_is_left_to_itself_and_found_well_by_the_next_run() {
    let world = set(Shape::Three, Disabled);
    world.lock().hosts[2].faults.add(HostFault::CannotSettle);
    let (exit, words) = go(&world).await;
    assert_eq!(exit, Exit::Unknown);
    let wanted = "whether the confirmation of the restart on `db3` was done is not known";
    assert!(words.starts_with(wanted), "{words}");
    sleep(Duration::from_secs(300)).await;
    let ends: Vec<_> = world.lock().hosts[2].switches.past.iter().map(|past| past.1).collect();
    assert_eq!(ends, [RevertOutcome::UnconfirmedHealthy]);
    world.lock().hosts[2].faults.remove(HostFault::CannotSettle);
    assert_eq!(go(&world).await.0, Exit::Converged);
    assert_eq!(modes(&world), [(Require, Require); 3]);
}

/// promise: C2. The run is gone with a member that does not start on its new file.
#[tokio::test(start_paused = true)]
async fn a_member_that_is_down_when_the_run_dies_is_brought_back_by_its_host_or_by_the_next_run() {
    for wait in [Duration::ZERO, Duration::from_secs(300)] {
        let world = set(Shape::Three, Disabled);
        world.lock().hosts[2].faults.canary = Canary::Blind;
        world.lock().hosts[2].faults.dies_from = Some(Allow);
        let fault_plan =
            FaultPlan::new(Trigger::Phase(Phase::Vf, 30, Leg::Before), Fault::ControllerDies, 0, 1);
        let end = carry_out(&world, &plan(&[3]), fault_plan.into(), &Recorder::default()).await;
        assert!(end.exit().is_none());
        assert!(!world.lock().hosts[2].in_service());
        sleep(wait).await;
        let (exit, words) = go(&world).await;
        assert_eq!(exit, Exit::PutBack, "{words}");
        assert!(world.lock().hosts[2].in_service());
        assert_eq!(modes(&world), [(Disabled, Disabled); 3]);
    }
}
