//! Before the first step: is every process of the cluster in the plan?

use futures_util::future::join_all;

use crate::{
    cluster::{
        check::CheckId,
        membership::Membership,
        peers::{ClusterPeers, unmanaged_processes},
    },
    event::{Event, Sink, Warning},
    instance::Instance,
    name::HostName,
    plan::{
        Plan,
        model::{Action, Direction, TlsModeStep},
    },
    steps::error::{Failure, MembershipError, ObserveError},
};

/// Asks every server once for what it knows beyond its set, and refuses to begin while somebody is
/// left out. On the way back that is told and no more: what is going wrong has to be undone.
pub async fn nobody_left_out<N: Instance>(
    plan: &Plan,
    nodes: &[N],
    membership: &Membership,
    events: &dyn Sink,
) -> Result<(), Vec<Failure>> {
    let told = ask(nodes).await?;
    for (host, cluster_peers) in &told {
        if let Some(why) = &cluster_peers.unread {
            let warning = Warning::ClusterNotReadable { error: why.clone() };
            events.emit(Event::Warning { host: Some(host.clone()), warning });
        }
    }
    let unmanaged_processes = unmanaged_processes(&told, membership);
    let back = plan.steps.iter().any(|step| {
        matches!(step.action, Action::TlsMode(TlsModeStep { direction: Direction::Down, .. }))
    });
    let waived = plan.waivers.get(&CheckId::WholeCluster);
    if !back && waived.is_none() {
        let failures: Vec<_> = unmanaged_processes
            .into_iter()
            .map(|it| MembershipError::Unmanaged(it).into())
            .collect();
        return if failures.is_empty() { Ok(()) } else { Err(failures) };
    }
    for outsider in unmanaged_processes {
        let (description, waived) = (outsider.to_string(), waived.cloned());
        let process = outsider.process.name;
        let warning = Warning::UnmanagedProcess { process, description, waived };
        events.emit(Event::Warning { host: Some(outsider.told_by), warning });
    }
    Ok(())
}

async fn ask<N: Instance>(nodes: &[N]) -> Result<Vec<(HostName, ClusterPeers)>, Vec<Failure>> {
    let asked =
        nodes.iter().map(|node| async { (node.host().clone(), node.cluster_peers().await) });
    let (mut told, mut failures) = (Vec::new(), Vec::new());
    for (host, answer) in join_all(asked).await {
        match answer {
            Ok(cluster_peers) => told.push((host, cluster_peers)),
            Err(source) => failures.push(ObserveError::host(&host, source).into()),
        }
    }
    if failures.is_empty() { Ok(told) } else { Err(failures) }
}
