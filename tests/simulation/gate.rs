//! The gate for clients between the modes: it holds, it opens, and it is held again where it was blind.

use std::{sync::Arc, time::Duration};

use tlsplan::{
    cluster::{
        check::CheckId,
        clients::Handshakes,
        mode::TlsMode::{self, Disabled, Prefer, Require},
    },
    error::Exit,
    event::{Event, Fact, Warning},
    plan::{
        Plan,
        model::{Action, ClientsGate, Step},
    },
};

use crate::{
    controller::{End, carry_out},
    fault_plan::FaultPlan,
    model::{Guest, Shape, Shared},
    plan::plan,
    recorder::Recorder,
    runs::{modes, set},
};

/// The plan of the stories with a gate behind the step that leads to this mode.
fn gated(behind: TlsMode) -> Plan {
    let mut plan = plan(&[3]);
    let at = plan.steps.iter().position(|step| step.action.mode() == Some(behind)).unwrap();
    let gate = ClientsGate { plaintext_free_for: Duration::from_secs(60), allow: Vec::new() };
    let step = Step {
        name: "every client speaks TLS".into(),
        hosts: plan.steps[0].hosts.clone(),
        timeout: None,
        action: Action::Clients(gate),
    };
    plan.steps.insert(at + 1, step);
    plan
}

/// A set with a client that speaks plaintext until this second.
fn visited(until: u64, handshakes: Handshakes) -> Shared {
    let world = set(Shape::Three, Disabled);
    {
        let mut world = world.lock();
        let until = Duration::from_secs(until);
        world.sets[0].audience.guests.push(Guest { name: "billing", until });
        world.sets[0].audience.handshakes = handshakes;
    }
    world
}

async fn go(world: &Shared, plan: &Plan) -> (Exit, String, Recorder) {
    let events = Recorder::default();
    let end = carry_out(world, plan, Arc::new(FaultPlan::none()), &events).await;
    assert!(world.lock().broken.is_empty(), "{:?}", world.lock().broken);
    match end {
        End::Exited(exit, words, _) => (exit, words, events),
        End::Died => panic!("the controller died"),
    }
}

fn passed(events: &Recorder) -> usize {
    events.count(|event| {
        matches!(event, Event::Checked { fact: Fact::PlaintextFree { free_for, .. }, .. } if free_for.as_secs() == 60)
    })
}

#[tokio::test(start_paused = true)]
async fn a_client_in_plaintext_holds_the_run_and_the_next_one_goes_on() {
    for behind in [TlsMode::Allow, Prefer] {
        let world = visited(400, Handshakes::Logged);
        let plan = gated(behind);
        let (exit, words, _) = go(&world, &plan).await;
        assert_eq!(exit, Exit::PartWay);
        let said =
            "`every client speaks TLS`: clients speak plaintext now, and 60s without are asked for";
        assert_eq!(words, said);
        assert_eq!(modes(&world), [(behind, behind); 3]);
        let mut exits = Vec::new();
        while exits.last() != Some(&Exit::Converged) {
            assert!(exits.len() < 6, "{exits:?}");
            exits.push(go(&world, &plan).await.0);
        }
        assert!(exits.len() > 1, "the client was there for longer than one run: {exits:?}");
        assert!(world.lock().now >= Duration::from_secs(460), "plaintext was refused too early");
        assert_eq!(modes(&world), [(Require, Require); 3]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_goes_while_the_gate_is_held_opens_it_in_the_same_run() {
    let world = visited(60, Handshakes::Logged);
    let (exit, words, events) = go(&world, &gated(Prefer)).await;
    assert_eq!((exit, passed(&events)), (Exit::Converged, 1), "{words}");
    assert!(world.lock().now >= Duration::from_secs(120));
}

/// Where members at allowTLS do not tell, the gate is passed with a warning and held before requireTLS.
#[tokio::test(start_paused = true)]
async fn a_gate_that_was_blind_is_held_again_before_plaintext_is_refused() {
    let world = visited(100_000, Handshakes::NotLogged);
    let (exit, words, events) = go(&world, &gated(TlsMode::Allow)).await;
    assert_eq!(exit, Exit::PartWay, "{words}");
    assert_eq!(modes(&world), [(Prefer, Prefer); 3]);
    let blind =
        |event: &Event| matches!(event, Event::Warning { warning: Warning::GateBlind { .. }, .. });
    assert_eq!(events.count(blind), 1);
    world.lock().sets[0].audience.guests.clear();
    assert_eq!(go(&world, &gated(TlsMode::Allow)).await.0, Exit::Converged);
}

#[tokio::test(start_paused = true)]
async fn servers_that_name_nobody_end_the_run_and_a_waiver_goes_on() {
    let world = visited(100_000, Handshakes::Hidden);
    let mut plan = gated(Prefer);
    let (exit, words, _) = go(&world, &plan).await;
    assert_eq!(exit, Exit::Refused);
    assert!(words.contains("disableNonTLSConnectionLogging"), "{words}");
    plan.waivers.insert(CheckId::PlaintextClients, "all clients are ours".into());
    assert_eq!(go(&world, &plan).await.0, Exit::Converged);
}
