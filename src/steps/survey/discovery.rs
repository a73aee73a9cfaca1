//! Before the first step: is every process of the cluster in the plan?

use futures_util::future::join_all;

use crate::{
    cluster::{
        check::CheckId,
        inventory::{Neighbours, outsiders},
        roster::Roster,
    },
    event::{Event, Sink, Warning},
    instance::node::Node,
    name::HostName,
    plan::{Plan, model::Action},
    steps::failure::{Begun, Failure},
};

/// Asks every server once for what it knows beyond its set, and refuses to begin while somebody is
/// left out. On the way back that is told and no more: what is going wrong has to be undone.
pub async fn nobody_left_out<N: Node>(
    plan: &Plan,
    nodes: &[N],
    roster: &Roster,
    events: &dyn Sink,
) -> Result<(), Vec<Failure>> {
    let told = ask(nodes).await?;
    for (host, neighbours) in &told {
        if let Some(why) = &neighbours.unread {
            let warning = Warning::ClusterNotReadable { error: why.clone() };
            events.emit(Event::Warning { host: Some(host.clone()), warning });
        }
    }
    let outsiders = outsiders(&told, roster);
    let back = plan.steps.iter().any(|step| matches!(step.action, Action::Back { .. }));
    let waived = plan.waivers.get(&CheckId::P11);
    if !back && waived.is_none() {
        let failures: Vec<_> = outsiders.into_iter().map(Failure::Outside).collect();
        return if failures.is_empty() { Ok(()) } else { Err(failures) };
    }
    for outsider in outsiders {
        let (description, waived) = (outsider.to_string(), waived.cloned());
        let process = outsider.process.name;
        let warning = Warning::UnmanagedProcess { process, description, waived };
        events.emit(Event::Warning { host: Some(outsider.told_by), warning });
    }
    Ok(())
}

async fn ask<N: Node>(nodes: &[N]) -> Result<Vec<(HostName, Neighbours)>, Vec<Failure>> {
    let asked = nodes.iter().map(|node| async { (node.host().clone(), node.neighbours().await) });
    let (mut told, mut failures) = (Vec::new(), Vec::new());
    for (host, answer) in join_all(asked).await {
        match answer {
            Ok(neighbours) => told.push((host, neighbours)),
            Err(source) => failures.push(Failure::Look { host, begun: Begun::No, source }),
        }
    }
    if failures.is_empty() { Ok(told) } else { Err(failures) }
}
