//! The leases of all hosts of a plan: all of them or none.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::{Instant, sleep};

use crate::{
    event::{Event, Sink},
    host::{
        deadman::Phase,
        lease::{LeaseError, Owner},
        live_machine::LiveMachine,
        machine::Machine,
    },
    instance::look::Look,
    name::HostName,
    report::Reporter,
};

/// A host whose controller has just died is free when its sshd has noticed.
const PATIENCE: Duration = Duration::from_secs(2);
/// Between two attempts.
const AGAIN: Duration = Duration::from_millis(200);

/// Takes machines for a run, in an order that all controllers share, so that of two that start
/// together one gets the first machine and with it all. Where one is held, none is kept. A machine that
/// stands in the plan under two addresses is taken once.
pub(super) async fn take(machines: &[&LiveMachine], owner: &Owner) -> Result<(), LeaseError> {
    let started = Instant::now();
    let mut order = machines.to_vec();
    order.sort_by_key(|machine| (machine.id(), machine.name().clone()));
    let mut taken: Vec<&LiveMachine> = Vec::new();
    for machine in order {
        let same = |other: &&&LiveMachine| !other.id().is_empty() && other.id() == machine.id();
        if let Some(other) = taken.iter().find(same) {
            machine.share(other, owner);
            continue;
        }
        loop {
            match machine.take(owner).await {
                Ok(()) => break,
                Err(LeaseError::Held { .. }) if started.elapsed() < PATIENCE => sleep(AGAIN).await,
                Err(error) => {
                    join_all(taken.iter().map(|machine| machine.release())).await;
                    return Err(error);
                }
            }
        }
        taken.push(machine);
    }
    Ok(())
}

/// Gives every machine back.
pub(super) async fn release(machines: &[LiveMachine]) {
    join_all(machines.iter().map(LiveMachine::release)).await;
}

/// Says what is armed on a host, for the commands that only look.
pub(super) fn tell_of_switch(host: &HostName, look: &Look, events: &dyn Sink) {
    let Some(switch) = &look.switch else { return };
    let text = match switch.phase {
        Phase::Armed => {
            "a restart has not been confirmed here: the run that is at work will do it, or the next one; if none comes, the host puts its old file back unless its member is well"
        }
        Phase::Firing => "the host is putting its old file back by itself",
    };
    events.emit(Event::Warning { host: Some(host.clone()), text: text.to_owned() });
}

/// Says who is at work, for the commands that only look.
pub(super) async fn tell(machines: &[LiveMachine], report: &Reporter) {
    let owners = machines.iter().map(|it| async { (it.name().clone(), it.owner().await) });
    for (host, owner) in join_all(owners).await {
        if let Some(words) = owner {
            let text = format!("a run is at work here: {words}");
            report.emit(Event::Warning { host: Some(host), text });
        }
    }
}
