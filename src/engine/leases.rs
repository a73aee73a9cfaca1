//! The leases of the machines of a plan: all of them or none, and whether they still hold.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::{Instant, sleep, timeout};

use crate::{
    error::{Designed, Exit, node_error::NodeError},
    host::{
        lease::{LeaseError, Owner},
        machine::Machine,
    },
    name::HostName,
};

/// A machine whose controller has just died is free when its sshd has noticed.
const PATIENCE: Duration = Duration::from_secs(2);
/// Between two attempts.
const AGAIN: Duration = Duration::from_millis(200);

/// Takes machines for a run, in an order that all controllers share, so that of two that start together
/// one gets the first machine and with it all. Where one is held, none is kept. A machine that stands in
/// the plan under two addresses is taken once.
pub async fn take<M: Machine>(machines: &[&M], owner: &Owner) -> Result<(), LeaseError> {
    let started = Instant::now();
    let mut order = machines.to_vec();
    order.sort_by_key(|machine| (machine.id(), machine.name().clone()));
    let mut taken: Vec<&M> = Vec::new();
    for machine in order {
        let same = |other: &&&M| other.id() == machine.id();
        loop {
            match machine.take(owner).await {
                Ok(()) => break,
                // Ids may be cloned with their machines: only a host that says so itself is the same one.
                Err(LeaseError::Twice { .. }) if taken.iter().any(|other| same(&other)) => {
                    taken.iter().filter(same).for_each(|other| machine.share_lease(other, owner));
                    break;
                }
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
pub async fn release<M: Machine>(machines: &[M]) {
    join_all(machines.iter().map(Machine::release)).await;
}

/// A machine that does not take orders from this run any more, as far as that becomes known in so much
/// time: one that another run has before one that is away.
pub async fn first_lost<'m, M: Machine + 'm>(
    machines: impl Iterator<Item = &'m M>,
    within: Duration,
) -> Option<(HostName, NodeError)> {
    let held = machines.map(|machine| async move {
        let error = timeout(within, machine.held()).await.ok()?.err()?;
        Some((machine.name().clone(), error))
    });
    let mut lost: Vec<_> = join_all(held).await.into_iter().flatten().collect();
    let theirs = lost.iter().position(|(_, error)| error.exit() == Exit::Locked);
    (!lost.is_empty()).then(|| lost.swap_remove(theirs.unwrap_or(0)))
}
