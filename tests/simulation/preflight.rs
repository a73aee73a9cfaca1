//! What the checks before the first step do to a run. The model knows one fault for them: a wrong clock.

use std::sync::Arc;

use tlsplan::{
    cluster::{
        check::CheckId,
        mode::TlsMode::{Allow, Disabled, Require},
    },
    error::Exit,
    event::Event,
    plan::Plan,
    steps::rollback_plan::way_back,
};

use crate::{
    controller::{End, carry_out},
    fault_plan::FaultPlan,
    model::{Shape, Shared},
    plan::plan,
    recorder::Recorder,
    runs::{modes, set},
};

const HOUR: i64 = 3_600_000;

/// Carries out a plan; its end, and how many warnings there were.
async fn go(world: &Shared, plan: &Plan) -> (End, usize) {
    let events = Recorder::default();
    let end = Box::pin(carry_out(world, plan, Arc::new(FaultPlan::none()), &events)).await;
    let broken = world.lock().broken.clone();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    (end, events.count(|event| matches!(event, Event::Warning { .. })))
}

fn turn(world: &Shared, hosts: &[usize]) {
    for &host in hosts {
        world.lock().hosts[host].faults.clock = HOUR;
    }
}

#[tokio::test(start_paused = true)]
async fn everything_that_is_wrong_is_told_and_nothing_is_touched() {
    let world = set(Shape::Three, Disabled);
    turn(&world, &[0]);
    world.lock().hosts[1].faults.clock = -HOUR;
    let (end, warnings) = go(&world, &plan(&[3])).await;
    let End::Exited(Exit::Refused, words, _) = end else { panic!("{end:?}") };
    for host in ["`db1`: it is 60m ahead", "`db2`: it is 60m behind"] {
        assert!(words.contains(host), "{words}");
    }
    assert_eq!((warnings, world.lock().changes), (0, 0));
    assert_eq!(modes(&world), [(Disabled, Disabled); 3]);
}

#[tokio::test(start_paused = true)]
async fn a_waiver_lets_the_run_go_on_and_a_run_that_is_under_way_is_refused_as_well() {
    let world = set(Shape::Three, Allow);
    turn(&world, &[2]);
    let (end, _) = go(&world, &plan(&[3])).await;
    assert_eq!((end.exit(), world.lock().changes), (Some(Exit::Refused), 0));
    let mut waived = plan(&[3]);
    waived.waivers.insert(CheckId::CertificateDates, "it is set right at noon".to_owned());
    let (end, warnings) = go(&world, &waived).await;
    assert_eq!((end.exit(), warnings), (Some(Exit::Converged), 1));
    assert_eq!(modes(&world), [(Require, Require); 3]);
}

#[tokio::test(start_paused = true)]
async fn a_finished_plan_stays_finished_and_the_way_back_is_open() {
    let world = set(Shape::Three, Disabled);
    let (end, warnings) = go(&world, &plan(&[3])).await;
    assert_eq!((end.exit(), warnings), (Some(Exit::Converged), 0));
    turn(&world, &[0, 1, 2]);
    let changes = world.lock().changes;
    let (end, warnings) = go(&world, &plan(&[3])).await;
    assert_eq!((end.exit(), warnings), (Some(Exit::Converged), 1));
    assert_eq!(world.lock().changes, changes);
    let (end, warnings) = go(&world, &way_back(&plan(&[3]), Disabled)).await;
    assert_eq!((end.exit(), warnings), (Some(Exit::Converged), 1));
    assert_eq!(modes(&world), [(Disabled, Disabled); 3]);
}
