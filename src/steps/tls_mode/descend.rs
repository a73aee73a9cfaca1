//! The way back, one rung at a time for the whole cluster: what to do next for a `back` step. Pure.
//!
//! There is no way down at run time, so each member is restarted on the file of the rung below. What
//! is true on the way up holds here too: nobody moves until the whole cluster stands at most one rung
//! away, and a reboot at any instant comes back in a mode its peers accept.

use super::{
    decide::{Decision, Refusal, has_heir, hosts, split, torn},
    goal::{Cluster, Goal, Matches, MemberNow, Office},
};

/// Decides; `goal.mode` is the rung to come down to.
pub(super) fn decide(goal: &Goal, cluster: &Cluster) -> Decision {
    if let Some(refusal) = refuse(goal, cluster) {
        return Decision::Refuse(refusal);
    }
    // A file that is ahead would climb again with the next reboot.
    let differ = cluster.members.iter().filter(|now| wants_file(now) && !is_above(now));
    let (mine, files_of_others) = split(goal, differ);
    if !mine.is_empty() {
        return Decision::Write(hosts(mine));
    }
    let (mine, others) = split(goal, cluster.members.iter().filter(|now| is_above(now)));
    match mine.first() {
        None if others.is_empty() && files_of_others.is_empty() => Decision::Met,
        None => Decision::Limited(hosts([others, files_of_others].concat())),
        Some(now) if now.office == Office::Primary && others.iter().any(|it| it.set == now.set) => {
            Decision::Limited(hosts(others))
        }
        Some(now) if now.office == Office::Primary && has_heir(cluster, now) => {
            Decision::StepDown(now.host.clone())
        }
        Some(now) => Decision::Restart(now.host.clone()),
    }
}

/// Whether a member still has to come down in this step.
#[must_use]
pub fn is_above(now: &MemberNow) -> bool {
    now.running > now.wanted
}

/// Whether this step has to write the host's file, with or without a restart. A member that is further
/// down already has the file of a later step.
#[must_use]
pub fn wants_file(now: &MemberNow) -> bool {
    now.matches == Matches::No && now.running >= now.wanted
}

/// Why nobody may come down from where the cluster stands.
pub(super) fn refuse(goal: &Goal, cluster: &Cluster) -> Option<Refusal> {
    torn(cluster).or_else(|| barrier(goal, cluster))
}

fn barrier(goal: &Goal, cluster: &Cluster) -> Option<Refusal> {
    let high = cluster.members.iter().max_by_key(|now| now.running)?;
    let far = high.running > high.wanted && high.running.steps_to(goal.mode) > 1;
    far.then(|| Refusal::BarrierBack {
        host: high.host.clone(),
        running: high.running,
        goal: goal.mode,
    })
}

#[cfg(test)]
#[path = "descend_tests.rs"]
mod tests;
