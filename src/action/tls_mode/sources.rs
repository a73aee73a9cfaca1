//! Before a stop: members that replicate from the one that stops are sent to the primary.
//!
//! A follower whose source vanishes tries it again before it picks another one: a second on new
//! servers, several on old ones, which ask the old source ten times. All that time a majority write
//! that needs the follower waits. Told beforehand, it changes over between two batches.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::Instant;

use super::{POLL, step::Round};
use crate::{
    engine::context::Run,
    member::node::{Fresh, Node},
    name::{HostName, MemberName},
};

/// How long a follower is waited for. One that stays loses a little time and nothing else.
const PATIENCE: Duration = Duration::from_secs(1);

/// Leaves the member on `host` without followers, as far as they obey.
pub(super) async fn send_away<N: Node>(run: &Run<'_, N>, round: &Round, host: &HostName) {
    let Some(member) = run.roster.member(host) else { return };
    let set = round.survey.set_of(member).unwrap_or_default();
    let Some((primary, _)) = set.primary().filter(|(primary, _)| *primary != member) else {
        return;
    };
    let follows = |name: &&MemberName| {
        set.of(name).and_then(|view| view.status.own()).and_then(|own| own.sync_source.as_ref())
            == Some(member)
    };
    let names = set.members.iter().map(|(name, _)| name);
    let followers: Vec<&N> = names.filter(follows).filter_map(|name| run.node_of(name)).collect();
    if followers.is_empty() {
        return;
    }
    run.working(host, "sending its followers to the primary");
    let asking = followers.iter().map(|follower| async move {
        let asked = follower.sync_from(primary).await;
        asked.ok().map(|()| *follower)
    });
    let told: Vec<&N> = join_all(asking).await.into_iter().flatten().collect();
    // The change happens when a batch ends: on an idle set that takes five seconds without a write.
    if let Some(primary) = run.node_of(primary) {
        let _ = primary.mark().await;
    }
    join_all(told.into_iter().map(|follower| gone(follower, member))).await;
}

/// Waits until the follower has let go. Whom it takes next shows only when somebody is ahead of it,
/// which on an idle set is nobody, and nobody waits for it then.
async fn gone<N: Node>(follower: &N, source: &MemberName) {
    let asked = Instant::now();
    while asked.elapsed() < PATIENCE {
        let Ok(now) = follower.view(Fresh::Any).await else { return };
        let own = now.view.status.own();
        if own.and_then(|own| own.sync_source.as_ref()) != Some(source) {
            return;
        }
        tokio::time::sleep(POLL).await;
    }
}
