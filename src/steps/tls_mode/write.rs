//! Replacing files without a restart: the file goes first, the running mode follows.

use futures_util::future::join_all;

use super::{round::Round, set_run::SetRun};
use crate::{
    event::{Event, Task},
    instance::Instance,
    name::HostName,
    steps::error::{ActError, Failure},
};

/// Replaces the files of these hosts side by side.
pub(super) async fn write<N: Instance>(
    set: &mut SetRun<'_, '_, N>,
    round: &Round,
    hosts: &[HostName],
) -> Result<(), Failure> {
    let writes = hosts.iter().filter_map(|host| {
        let (node, change) = (set.run.node(host)?, round.wanted.change(host)?);
        set.run.working(host, Task::ReplacingFile);
        let replacing = node.replace(change);
        Some((host, set.run.begin(host, "replace the file", change.describe(), replacing)))
    });
    let writes = writes.map(|(host, replacing)| async move { (host, replacing.await) });
    let mut failed = None;
    for (host, outcome) in join_all(writes).await {
        match outcome {
            Ok(()) => {
                set.run.count_change();
                announce(set, round, host);
            }
            Err(error) => _ = failed.get_or_insert((host, error)),
        }
    }
    match failed {
        None => Ok(()),
        Some((host, error)) => {
            let doing = "replacing the configuration file";
            Err(ActError::new(host, doing, error).into())
        }
    }
}

/// Says what changed in a host's file, and remembers the way back.
pub(super) fn announce<N: Instance>(set: &mut SetRun<'_, '_, N>, round: &Round, host: &HostName) {
    if let Some(previous) = round.wanted.previous(host) {
        set.state.previous.insert(host.clone(), previous);
    }
    if let Some(file) = round.wanted.file(host) {
        let path = set.run.config_file(host);
        let (host, change, diff) = (host.clone(), file.change.clone(), file.diff.clone());
        set.run.emit(Event::Diff { host: host.clone(), path: path.clone(), diff });
        set.run.emit(Event::FileChanged { host, path, change });
    }
}
