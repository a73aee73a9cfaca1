//! The leases of all hosts of a plan: all of them or none.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::{Instant, sleep};

use crate::{
    event::{Event, Sink, Warning},
    host::{
        deadman::Phase,
        lease::{LeaseError, Owner},
    },
    instance::{
        live::LiveNode,
        node::{Look, Node},
    },
    name::HostName,
    report::Reporter,
};

/// A host whose controller has just died is free when its sshd has noticed.
const PATIENCE: Duration = Duration::from_secs(2);
/// Between two attempts.
const AGAIN: Duration = Duration::from_millis(200);

/// Takes every host for a run, in an order that all controllers share, so that of two that start
/// together one gets the first host and with it all. Where one is held, none is kept.
pub(super) async fn take(nodes: &[LiveNode], owner: &Owner) -> Result<(), LeaseError> {
    let started = Instant::now();
    let mut order: Vec<&LiveNode> = nodes.iter().collect();
    order.sort_by_key(|node| (node.machine(), node.host()));
    for node in order {
        loop {
            match node.lease(owner).await {
                Ok(()) => break,
                Err(LeaseError::Held { .. }) if started.elapsed() < PATIENCE => sleep(AGAIN).await,
                Err(error) => {
                    release(nodes).await;
                    return Err(error);
                }
            }
        }
    }
    Ok(())
}

/// Gives every host back.
pub(super) async fn release(nodes: &[LiveNode]) {
    join_all(nodes.iter().map(LiveNode::release)).await;
}

/// Says what is armed on a host, for the commands that only look.
pub(super) fn tell_of_switch(host: &HostName, look: &Look, events: &dyn Sink) {
    let Some(switch) = &look.switch else { return };
    let warning = match switch.phase {
        Phase::Armed => Warning::RestartNotConfirmed,
        Phase::Firing => Warning::HostReverting,
    };
    events.emit(Event::Warning { host: Some(host.clone()), warning });
}

/// Says who is at work, for the commands that only look.
pub(super) async fn tell(nodes: &[LiveNode], report: &Reporter) {
    let owners = nodes.iter().map(|node| async { (node.host().clone(), node.owner().await) });
    for (host, owner) in join_all(owners).await {
        if let Some(owner) = owner {
            let warning = Warning::RunAtWork { owner };
            report.emit(Event::Warning { host: Some(host), warning });
        }
    }
}
