//! Processes of a cluster that its plan leaves out.

use std::{sync::Arc, time::Duration};

use tlsplan::{
    cluster::{
        check::CheckId,
        mode::TlsMode::{Disabled, Require},
        peers::{ClusterPeers, Process, ProcessRole},
    },
    error::Exit,
    event::{Event, Warning},
    name::MemberName,
    steps::rollback_plan::way_back,
};

use crate::{
    controller::carry_out,
    fault_plan::FaultPlan,
    model::{Shape, Shared},
    plan::plan,
    recorder::Recorder,
    runs::{go, modes, set},
};

/// A config server that hears of a mongos every ten seconds.
fn with_a_mongos() -> Shared {
    let world = set(Shape::Three, Disabled);
    let name = MemberName::new("router1:27017");
    let silent_for = Duration::from_secs(7);
    let mongos = Process { name, role: ProcessRole::Mongos, silent_for };
    world.lock().hosts[1].cluster_peers = ClusterPeers { processes: vec![mongos], unread: None };
    world
}

#[tokio::test(start_paused = true)]
async fn a_mongos_that_the_plan_leaves_out_stops_the_run_before_anything_is_touched() {
    let world = with_a_mongos();
    let (exit, words) = go(&world).await;
    assert_eq!(exit, Exit::Refused);
    let wanted = "the mongos `router1:27017` is part of this cluster, according to `db2`, and no host of the plan";
    assert_eq!(words, wanted);
    assert_eq!(modes(&world), [(Disabled, Disabled); 3]);
    assert!(world.lock().hosts.iter().all(|host| host.writes == 0));
}

/// What goes wrong has to be undone, whoever is left out.
#[tokio::test(start_paused = true)]
async fn a_mongos_that_the_plan_leaves_out_keeps_nobody_from_going_back() {
    let world = with_a_mongos();
    let told = Recorder::default();
    let back = way_back(&plan(&[3]), Disabled);
    let end = carry_out(&world, &back, Arc::new(FaultPlan::none()), &told).await;
    assert_eq!(end.exit(), Some(Exit::Converged), "{end:?}");
    let warnings = told.count(|event| {
        matches!(event, Event::Warning { warning: Warning::UnmanagedProcess { description, .. }, .. } if description.contains("the mongos `router1:27017`"))
    });
    assert_eq!(warnings, 1);
}

#[tokio::test(start_paused = true)]
async fn a_mongos_that_somebody_sees_to_is_a_warning_that_names_the_reason() {
    let world = with_a_mongos();
    let (mut plan, told) = (plan(&[3]), Recorder::default());
    plan.waivers.insert(CheckId::WholeCluster, "moved by hand".to_owned());
    let end = carry_out(&world, &plan, Arc::new(FaultPlan::none()), &told).await;
    assert_eq!(end.exit(), Some(Exit::Converged), "{end:?}");
    assert_eq!(modes(&world), [(Require, Require); 3]);
    let told = told.count(|event| {
        matches!(event, Event::Warning { warning: Warning::UnmanagedProcess { waived: Some(reason), .. }, .. } if reason == "moved by hand")
    });
    assert_eq!(told, 1);
}
