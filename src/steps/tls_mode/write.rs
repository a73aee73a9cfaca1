//! Replacing files without a restart: the file goes first, the running mode follows.

use futures_util::future::join_all;

use super::round::Round;
use crate::{
    event::Event,
    instance::node::Node,
    name::HostName,
    steps::{context::Run, failure::Failure},
};

/// Replaces the files of these hosts side by side.
pub(super) async fn write<N: Node>(
    run: &mut Run<'_, N>,
    round: &Round,
    hosts: &[HostName],
) -> Result<(), Failure> {
    let writes = hosts.iter().filter_map(|host| {
        let (node, change) = (run.node(host)?, round.wanted.change(host)?);
        run.working(host, "replacing the configuration file");
        let replacing = node.replace(change);
        Some((host, run.begin(host, "replace the file", change.describe(), replacing)))
    });
    let writes = writes.map(|(host, replacing)| async move { (host, replacing.await) });
    let mut failed = None;
    for (host, outcome) in join_all(writes).await {
        match outcome {
            Ok(()) => {
                run.changed += 1;
                announce(run, round, host);
            }
            Err(error) => _ = failed.get_or_insert((host, error)),
        }
    }
    match failed {
        None => Ok(()),
        Some((host, error)) => {
            let doing = "replacing the configuration file";
            Err(Failure::of_act(host, doing, run.begun(), error))
        }
    }
}

/// Says what changed in a host's file, and remembers the way back.
pub(super) fn announce<N: Node>(run: &mut Run<'_, N>, round: &Round, host: &HostName) {
    if let Some(previous) = round.wanted.previous(host) {
        run.previous.insert(host.clone(), previous);
    }
    if let Some(file) = round.wanted.file(host) {
        let path = run.plan.mongodb.config_file.clone();
        let (host, change, diff) = (host.clone(), file.change.clone(), file.diff.clone());
        run.emit(Event::Diff { host: host.clone(), path: path.clone(), diff });
        run.emit(Event::FileChanged { host, path, change });
    }
}
