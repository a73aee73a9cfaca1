//! What to do next for a `tls_mode` step: the heart, and pure.
//!
//! One decision at a time, each on a fresh observation, so a run that was cut anywhere goes on from
//! what is true. The rules: nobody moves until the whole cluster stands at most one rung away (the
//! barrier); the file is always written before the running mode moves, so a reboot at any instant
//! comes back in a mode its peers accept; one member goes first and is proved before the others.

use super::{
    descend,
    goal::{Cluster, Goal, Matches, MemberNow, Office, Proofs, Runtime},
};
use crate::plan::model::Direction;
use crate::{
    cluster::mode::{RuntimeMove, TlsMode},
    name::HostName,
    plan::model::Via,
};

/// The next thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The step is met.
    Met,
    /// Replace these hosts' files; nothing is restarted.
    Write(Vec<HostName>),
    /// Replace this host's file where it differs, and restart its member.
    Restart(HostName),
    /// This host's member is the last to restart and primary: ask it to step down.
    StepDown(HostName),
    /// Change the running mode of these hosts' members, side by side.
    SetMode(Vec<HostName>),
    /// Prove these members from both sides over fresh connections.
    Verify(Vec<HostName>),
    /// What is left is on hosts that `--limit` leaves out.
    Limited(Vec<HostName>),
    /// It cannot be done.
    Refuse(Refusal),
}

/// Why a step cannot be done from where the cluster stands.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A member is more than one rung below the goal.
    #[error(
        "`{host}` runs in {running}, and {goal} may only follow when every member is at least at {needed}"
    )]
    Barrier {
        /// The member that lags behind.
        host: HostName,
        /// Its mode.
        running: TlsMode,
        /// The goal.
        goal: TlsMode,
        /// The rung before the goal.
        needed: TlsMode,
    },
    /// The plan wants `setParameter` where the server only takes a restart.
    #[error(
        "`{host}` cannot go from {running} to {goal} by setParameter: the server only takes a restart for that"
    )]
    NotAtRuntime {
        /// The member.
        host: HostName,
        /// Its mode.
        running: TlsMode,
        /// The goal.
        goal: TlsMode,
    },
    /// A member is more than one rung above the goal of a step back.
    #[error("`{host}` runs in {running}, and nobody may go back to {goal} before it has come down")]
    BarrierBack {
        /// The member that stands too high.
        host: HostName,
        /// Its mode.
        running: TlsMode,
        /// The goal.
        goal: TlsMode,
    },
    /// Members run in modes whose peers they cannot reach.
    #[error("`{low}` runs in {low_mode} and `{high}` in {high_mode}: they cannot reach each other")]
    Torn {
        /// The lower one.
        low: HostName,
        /// Its mode.
        low_mode: TlsMode,
        /// The higher one.
        high: HostName,
        /// Its mode.
        high_mode: TlsMode,
    },
}

/// Decides, given what this run has proved of the members in the modes they run in now.
#[must_use]
pub fn decide(goal: &Goal, cluster: &Cluster, proofs: &Proofs) -> Decision {
    match goal.way {
        Direction::Up => ascend(goal, cluster, proofs),
        Direction::Down => descend::decide(goal, cluster),
    }
}

/// Whether the whole cluster stands where a step may begin: nobody more than one mode level away, and nobody
/// who cannot reach the others.
#[must_use]
pub fn barrier(goal: &Goal, cluster: &Cluster) -> Option<Refusal> {
    match goal.way {
        Direction::Up => refuse(goal, cluster),
        Direction::Down => descend::refuse(goal, cluster),
    }
}

/// Whether a file would bring its member back in a mode that the step's goal cannot talk with: those are written
/// in every set before a member of any set moves.
#[must_use]
pub fn has_trailing_file(goal: &Goal, cluster: &Cluster) -> bool {
    let trailing = |now: &MemberNow| {
        goal.way == Direction::Up && now.file < goal.mode && !now.file.talks_with(goal.mode)
    };
    cluster.members.iter().any(|now| trailing(now) && goal.limit.includes(&now.host))
}

fn ascend(goal: &Goal, cluster: &Cluster, proofs: &Proofs) -> Decision {
    if let Some(refusal) = refuse(goal, cluster) {
        return Decision::Refuse(refusal);
    }
    let behind: Vec<_> = cluster.members.iter().filter(|now| now.running < goal.mode).collect();
    if behind.is_empty() {
        return finish(goal, cluster, proofs);
    }
    let stale = unproved(goal, cluster, proofs);
    if !stale.is_empty() {
        return Decision::Verify(stale);
    }
    let trailing = cluster.members.iter().filter(|now| !now.file.talks_with(goal.mode));
    let (mine, others) = split(goal, trailing);
    if !mine.is_empty() {
        return Decision::Write(hosts(mine));
    }
    if !others.is_empty() {
        return Decision::Limited(hosts(others));
    }
    let (mine, others) = split(goal, behind.into_iter());
    let runtime: Vec<_> = mine.iter().copied().filter(|now| at_runtime(goal, now)).collect();
    if !runtime.is_empty() {
        return move_at_runtime(goal, cluster, &runtime);
    }
    match mine.first() {
        None => Decision::Limited(hosts(others)),
        // A primary goes last: not before secondaries that `--limit` leaves out.
        Some(now) if now.office == Office::Primary && others.iter().any(|it| it.set == now.set) => {
            Decision::Limited(hosts(others))
        }
        Some(now) if now.office == Office::Primary && has_heir(cluster, now) => {
            Decision::StepDown(now.host.clone())
        }
        Some(now) => Decision::Restart(now.host.clone()),
    }
}

/// How a member that is behind gets to the goal.
#[must_use]
pub fn at_runtime(goal: &Goal, now: &MemberNow) -> bool {
    let legal = now.running.runtime_move(goal.mode) == RuntimeMove::Legal;
    match goal.via {
        Some(Via::Restart) => false,
        Some(Via::SetParameter) | None => legal && now.runtime == Runtime::Available,
    }
}

/// Whether this step has to bring the host's file to its own content now. A file that is ahead
/// belongs to a later step, which was begun before.
#[must_use]
pub fn wants_file(goal: &Goal, now: &MemberNow) -> bool {
    now.matches == Matches::No && now.file <= goal.mode && now.running <= goal.mode
}

fn refuse(goal: &Goal, cluster: &Cluster) -> Option<Refusal> {
    if let Some(torn) = torn(cluster) {
        return Some(torn);
    }
    let low = cluster.members.iter().min_by_key(|now| now.running)?;
    if low.running < goal.mode && low.running.steps_to(goal.mode) > 1 {
        let needed = TlsMode::ALL.into_iter().rfind(|&mode| mode < goal.mode)?;
        let (host, running) = (low.host.clone(), low.running);
        return Some(Refusal::Barrier { host, running, goal: goal.mode, needed });
    }
    cluster
        .members
        .iter()
        .find(|now| {
            goal.via == Some(Via::SetParameter)
                && now.running < goal.mode
                && now.running.runtime_move(goal.mode) != RuntimeMove::Legal
        })
        .map(|now| Refusal::NotAtRuntime {
            host: now.host.clone(),
            running: now.running,
            goal: goal.mode,
        })
}

/// Members that cannot reach each other.
pub(super) fn torn(cluster: &Cluster) -> Option<Refusal> {
    let low = cluster.members.iter().min_by_key(|now| now.running)?;
    let high = cluster.members.iter().max_by_key(|now| now.running)?;
    (!low.running.talks_with(high.running)).then(|| Refusal::Torn {
        low: low.host.clone(),
        low_mode: low.running,
        high: high.host.clone(),
        high_mode: high.running,
    })
}

/// Every member runs at the goal or above: what is left is files and proofs.
fn finish(goal: &Goal, cluster: &Cluster, proofs: &Proofs) -> Decision {
    if cluster.members.iter().any(|now| now.running > goal.mode) {
        return Decision::Met;
    }
    let differ = cluster.members.iter().filter(|now| wants_file(goal, now));
    let (mine, others) = split(goal, differ);
    if !mine.is_empty() {
        return Decision::Write(hosts(mine));
    }
    // What this run moved it proves; what it found in place it leaves in peace, so that a second
    // run leaves no trace.
    let owed = proofs.owed();
    if !owed.is_empty() {
        return Decision::Verify(owed);
    }
    if others.is_empty() { Decision::Met } else { Decision::Limited(hosts(others)) }
}

/// Members that speak TLS to their peers and that nobody has proved yet in this run: they come
/// before anybody else moves, for a broken one among them would only show when it is too late.
fn unproved(goal: &Goal, cluster: &Cluster, proofs: &Proofs) -> Vec<HostName> {
    let speaking = |now: &&MemberNow| {
        now.running >= TlsMode::Prefer && now.running <= goal.mode && !proofs.has(&now.host)
    };
    hosts(cluster.members.iter().filter(speaking).collect())
}

/// The files of all first, then set after set: one member alone, then the rest side by side.
fn move_at_runtime(goal: &Goal, cluster: &Cluster, runtime: &[&MemberNow]) -> Decision {
    let differ = cluster.members.iter().filter(|now| wants_file(goal, now));
    let (files, _) = split(goal, differ);
    if !files.is_empty() {
        return Decision::Write(hosts(files));
    }
    let Some(first) = runtime.first() else { return Decision::Met };
    let in_set = |now: &&MemberNow| now.set == first.set;
    let moved = |now: &MemberNow| now.set == first.set && now.running == goal.mode;
    let take = if cluster.members.iter().any(moved) { runtime.len() } else { 1 };
    Decision::SetMode(hosts(runtime.iter().copied().filter(in_set).take(take).collect()))
}

/// Whether somebody else in the set could be primary. Without one there is nobody to step
/// down for; the gate before each stop decides whether that is accepted.
pub(super) fn has_heir(cluster: &Cluster, primary: &MemberNow) -> bool {
    let heir = |now: &MemberNow| now.office == Office::Electable && now.set == primary.set;
    cluster.members.iter().any(heir)
}

/// Those that may be acted on, and those that `--limit` leaves out.
pub(super) fn split<'a>(
    goal: &Goal,
    members: impl Iterator<Item = &'a MemberNow>,
) -> (Vec<&'a MemberNow>, Vec<&'a MemberNow>) {
    members.partition(|now| goal.limit.includes(&now.host))
}

pub(super) fn hosts(members: Vec<&MemberNow>) -> Vec<HostName> {
    members.into_iter().map(|now| now.host.clone()).collect()
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
