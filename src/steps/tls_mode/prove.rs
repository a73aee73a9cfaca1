//! The canary: the real server is started on the new file before a running member is touched.

use futures_util::future::join_all;

use super::{
    decide::{Decision, wants_file},
    descend,
    goal::{Goal, Way},
    round::Round,
};
use crate::{
    event::{Event, Fact, Task},
    instance::node::{Node, Pace},
    name::HostName,
    steps::{context::Run, failure::Failure},
};

/// Proves the files of all hosts that this step will change, side by side. What this run has proved
/// once is not proved again.
pub(super) async fn prove<N: Node>(
    run: &mut Run<'_, N>,
    goal: &Goal,
    round: &Round,
    decision: &Decision,
) -> Result<(), Failure> {
    if !matches!(decision, Decision::Write(_) | Decision::Restart(_)) {
        return Ok(());
    }
    let due = due(run, goal, round);
    if due.is_empty() {
        return Ok(());
    }
    for (host, _) in &due {
        run.working(host, Task::StartingCanary);
    }
    let begun = run.begun();
    let canaries = due.iter().filter_map(|(host, text)| {
        let node = run.node(host)?;
        Some(async move { (host, node.canary(text, Pace::Now).await) })
    });
    for (host, outcome) in join_all(canaries).await {
        outcome.map_err(|source| Failure::Canary { host: host.clone(), begun, source })?;
    }
    let hosts = due.iter().map(|(host, _)| host.clone()).collect();
    run.canaries.extend(due);
    for node in run.nodes {
        node.warm_up();
    }
    let fact = Fact::CanaryStarted { mode: goal.mode };
    run.emit(Event::Checked { hosts, fact });
    Ok(())
}

fn due<N: Node>(run: &Run<'_, N>, goal: &Goal, round: &Round) -> Vec<(HostName, String)> {
    let changing = round.cluster.members.iter().filter(|now| {
        let changes = match goal.way {
            Way::Up => wants_file(goal, now) || now.running < goal.mode,
            Way::Down => descend::wants_file(now),
        };
        goal.acting.includes(&now.host) && changes
    });
    changing
        .filter_map(|now| {
            let text = round.wanted.file(&now.host)?.text.clone();
            let key = (now.host.clone(), text);
            (!run.canaries.contains(&key)).then_some(key)
        })
        .collect()
}
