//! The way back, from every mixture of files and running modes that a run may be cut in, with and
//! without a controller that dies on the way.

use std::{sync::Arc, time::Duration};

use tlsplan::{
    cluster::mode::TlsMode::{self, Disabled},
    error::Exit,
    steps::rollback_plan::way_back,
};

use crate::{
    controller::{End, carry_out},
    fault::Fault,
    fault_plan::{FaultPlan, Leg, Trigger},
    model::{Shape, Shared, file_text},
    phase::Phase,
    plan::plan,
    recorder::Recorder,
    runs::modes,
};

type Mixture = [(TlsMode, TlsMode); 3];

/// Where one member may stand beside others: running and file, in rungs above the lowest.
const PLACES: [(usize, usize); 3] = [(0, 0), (0, 1), (1, 1)];

/// Every mixture of three members within one rung of each other.
fn mixtures() -> Vec<Mixture> {
    let at = |base: usize, (running, file): (usize, usize)| {
        (TlsMode::ALL[base + running], TlsMode::ALL[base + file])
    };
    let mut all = Vec::new();
    for base in 0..3 {
        for number in 0..27 {
            let place = |weight: usize| at(base, PLACES[number / weight % 3]);
            all.push([place(1), place(3), place(9)]);
        }
    }
    all
}

fn world(mixture: Mixture, seed: u64) -> Shared {
    let running: Vec<_> = mixture.iter().map(|&(running, _)| running).collect();
    let world = Shared::new(Shape::Three, &running, seed);
    let mut set = world.lock();
    set.sets[0].writer.every = Some(Duration::from_millis(100));
    for (host, &(_, file)) in set.hosts.iter_mut().zip(&mixture) {
        host.file = file_text(file, "");
    }
    drop(set);
    world
}

async fn back(world: &Shared, fault_plan: FaultPlan) -> End {
    let plan = way_back(&plan(&[3]), Disabled);
    let end = Box::pin(carry_out(world, &plan, Arc::new(fault_plan), &Recorder::default())).await;
    let broken = world.lock().broken.clone();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    end
}

fn is_back(world: &Shared, mixture: Mixture) {
    assert_eq!(modes(world), [(Disabled, Disabled); 3], "from {mixture:?}");
    let first = file_text(Disabled, "");
    assert!(world.lock().hosts.iter().all(|host| host.file == first));
}

/// promise: B4, A3, A5
#[tokio::test(start_paused = true)]
async fn every_mixture_of_files_and_modes_goes_back_to_the_first_bytes() {
    for (number, mixture) in mixtures().into_iter().enumerate() {
        let world = world(mixture, number as u64);
        let end = back(&world, FaultPlan::none()).await;
        assert_eq!(end.exit(), Some(Exit::Converged), "from {mixture:?}: {end:?}");
        is_back(&world, mixture);
        let longest = world.lock().sets[0].writer.longest;
        assert!(longest < Duration::from_secs(6), "a write waited {longest:?} from {mixture:?}");
    }
}

/// promise: C1
#[tokio::test(start_paused = true)]
async fn a_way_back_whose_controller_dies_is_finished_by_the_next() {
    for (number, mixture) in mixtures().into_iter().enumerate() {
        for phase in [Phase::Ar, Phase::Cm, Phase::Vf, Phase::Cf] {
            let world = world(mixture, number as u64);
            let trigger = Trigger::Phase(phase, 1 + number % 3, Leg::After);
            let dying = FaultPlan::new(trigger, Fault::ControllerDies, 0, 1);
            let _ = back(&world, dying).await;
            let end = back(&world, FaultPlan::none()).await;
            assert_eq!(end.exit(), Some(Exit::Converged), "from {mixture:?}: {end:?}");
            is_back(&world, mixture);
        }
    }
}
