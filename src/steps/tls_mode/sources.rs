//! Before a stop: members that replicate from the one that stops are sent to the primary.
//!
//! A follower whose source vanishes tries it again before it picks another one: a second on new
//! servers, several on old ones, which ask the old source ten times. All that time a majority write
//! that needs the follower waits. Told beforehand, it changes over between two batches.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::Instant;

use super::{POLL, round::Round, set_run::SetRun};
use crate::{
    cluster::topology::{MemberState, ServerView},
    event::Task,
    instance::{Instance, look::Fresh},
    name::{HostName, MemberName},
};

/// How long a follower is waited for. One that stays loses a little time and nothing else.
const PATIENCE: Duration = Duration::from_secs(1);

/// Leaves the member on `host` without followers, as far as they obey. Who has no source at this
/// moment is sent too: it might choose the one that goes.
pub(super) async fn send_away<N: Instance>(
    set: &SetRun<'_, '_, N>,
    round: &Round,
    host: &HostName,
) {
    let Some(member) = set.run.membership.member(host) else { return };
    let Some(view) = round.survey.set_of(member) else { return };
    let Some((primary, _)) = view.primary().filter(|(primary, _)| *primary != member) else {
        return;
    };
    let Some(leader) = set.run.node_of(primary) else { return };
    let elsewhere = |(name, view): &&(MemberName, ServerView)| {
        let own = view.status.own();
        let replicates = own.is_some_and(|own| own.state == MemberState::Secondary);
        name != member && replicates && source(view) != Some(primary)
    };
    let elsewhere = view.members.iter().filter(elsewhere);
    let followers: Vec<&N> = elsewhere.filter_map(|(name, _)| set.run.node_of(name)).collect();
    if followers.is_empty() {
        return;
    }
    set.run.working(host, Task::RedirectingFollowers);
    let asking = followers.into_iter().map(|follower| async move {
        if follower.sync_from(primary).await.is_ok() {
            arrived(follower, leader, primary).await;
        }
    });
    join_all(asking).await;
}

/// Waits until the follower replicates from the primary. The change happens when a batch ends, and
/// then the primary has to be ahead: on an idle set neither is so without a write.
async fn arrived<N: Instance>(follower: &N, leader: &N, primary: &MemberName) {
    let (asked, mut last) = (Instant::now(), None);
    while asked.elapsed() < PATIENCE {
        let Ok(now) = follower.view(Fresh::Any).await else { return };
        let now = source(&now.view).cloned();
        if now.as_ref() == Some(primary) {
            return;
        }
        // Once while it has its old source, and once when it has none.
        if last.as_ref() != Some(&now) {
            let _ = leader.mark().await;
            last = Some(now);
        }
        tokio::time::sleep(POLL).await;
    }
}

fn source(view: &ServerView) -> Option<&MemberName> {
    view.status.own()?.sync_source.as_ref()
}
