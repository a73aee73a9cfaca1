//! The canary: the real server is started on the new file before a running member is touched.

use futures_util::future::join_all;

use super::{
    advance::Shared,
    decide::{Decision, wants_file},
    descend,
    error::ConfigFileError,
    round::Round,
};
use crate::{
    event::{Event, Fact, Task},
    instance::{Instance, look::Pace},
    name::HostName,
    plan::model::Direction,
    steps::{error::Failure, run::Run},
};

/// Proves the files of all hosts that this step will change, side by side. What this run has proved
/// once is not proved again.
pub(super) async fn prove<N: Instance>(
    run: &Run<'_, N>,
    shared: &Shared<'_>,
    round: &Round,
    decision: &Decision,
) -> Result<(), Failure> {
    if !matches!(decision, Decision::Write(_) | Decision::Restart(_)) {
        return Ok(());
    }
    let goal = shared.goal;
    let due = due(shared, round);
    if due.is_empty() {
        return Ok(());
    }
    for (host, _) in &due {
        run.working(host, Task::StartingCanary);
    }
    let canaries = due.iter().filter_map(|(host, text)| {
        let node = run.node(host)?;
        Some(async move { (host, node.canary(text, Pace::Now).await) })
    });
    for (host, outcome) in join_all(canaries).await {
        outcome.map_err(|source| ConfigFileError::Canary {
            host: host.clone(),
            source: source.into(),
        })?;
    }
    let hosts = due.iter().map(|(host, _)| host.clone()).collect();
    shared.tried.canaries.add(due);
    for node in run.nodes {
        node.warm_up();
    }
    let fact = Fact::CanaryStarted { mode: goal.mode };
    run.emit(Event::Checked { hosts, fact });
    Ok(())
}

fn due(shared: &Shared<'_>, round: &Round) -> Vec<(HostName, String)> {
    let goal = shared.goal;
    let changing = round.cluster.members.iter().filter(|now| {
        let changes = match goal.way {
            Direction::Up => wants_file(goal, now) || now.running < goal.mode,
            Direction::Down => descend::wants_file(now),
        };
        goal.limit.includes(&now.host) && changes
    });
    changing
        .filter_map(|now| {
            let text = round.wanted.file(&now.host)?.text.clone();
            let key = (now.host.clone(), text);
            (!shared.tried.canaries.has(&key)).then_some(key)
        })
        .collect()
}
