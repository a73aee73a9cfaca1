//! Before plaintext is switched off: every member is reached by TLS once, while it still takes both.
//!
//! At requireTLS there is no other way in. A controller that finds that out afterwards can neither
//! verify what it did nor undo it.

use futures_util::future::join_all;

use super::{advance::Shared, decide::Decision, error::PeerTlsFailed};
use crate::{
    cluster::mode::TlsMode,
    event::{Event, Fact},
    instance::Instance,
    plan::model::Direction,
    steps::{error::Failure, run::Run},
};

/// Reaches the members that have not been reached by TLS in this run.
pub(super) async fn by_tls<N: Instance>(
    run: &Run<'_, N>,
    shared: &Shared<'_>,
    decision: &Decision,
) -> Result<(), Failure> {
    let acts = matches!(decision, Decision::Write(_) | Decision::Restart(_) | Decision::SetMode(_));
    let goal = shared.goal;
    if goal.mode != TlsMode::Require || goal.way == Direction::Down || !acts {
        return Ok(());
    }
    let due = run.nodes.iter().filter(|node| !shared.tried.by_tls.has(node.host()));
    let looks = join_all(due.map(|node| async { (node.host(), node.reach_by_tls().await) })).await;
    let mut hosts = Vec::new();
    for (host, outcome) in looks {
        outcome.map_err(|source| PeerTlsFailed::Unreachable {
            host: host.clone(),
            source: source.into(),
        })?;
        hosts.push(host.clone());
    }
    if !hosts.is_empty() {
        shared.tried.by_tls.add(hosts.iter().cloned());
        run.emit(Event::Checked { hosts, fact: Fact::ReachedByTls });
    }
    Ok(())
}
