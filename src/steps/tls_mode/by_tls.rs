//! Before plaintext is switched off: every member is reached by TLS once, while it still takes both.
//!
//! At requireTLS there is no other way in. A controller that finds that out afterwards can neither
//! verify what it did nor undo it.

use futures_util::future::join_all;

use super::{
    decide::Decision,
    goal::{Goal, Way},
};
use crate::{
    cluster::mode::TlsMode,
    event::{Event, Fact},
    instance::node::Node,
    steps::{context::Run, failure::Failure},
};

/// Reaches the members that have not been reached by TLS in this run.
pub(super) async fn by_tls<N: Node>(
    run: &mut Run<'_, N>,
    goal: &Goal,
    decision: &Decision,
) -> Result<(), Failure> {
    let acts = matches!(decision, Decision::Write(_) | Decision::Restart(_) | Decision::SetMode(_));
    if goal.mode != TlsMode::Require || goal.way == Way::Down || !acts {
        return Ok(());
    }
    let begun = run.begun();
    let due = run.nodes.iter().filter(|node| !run.by_tls.contains(node.host()));
    let looks = join_all(due.map(|node| async { (node.host(), node.reach_by_tls().await) })).await;
    let mut hosts = Vec::new();
    for (host, outcome) in looks {
        outcome.map_err(|source| Failure::NoTls { host: host.clone(), begun, source })?;
        hosts.push(host.clone());
    }
    if !hosts.is_empty() {
        run.by_tls.extend(hosts.iter().cloned());
        run.emit(Event::Checked { hosts, fact: Fact::ReachedByTls });
    }
    Ok(())
}
