//! Before the members speak TLS with each other: each of them tries it with every one of its set.
//!
//! A wrong name, another CA, a certificate without clientAuth: a server starts happily with it, and
//! only its peers refuse it, from preferTLS on. At allowTLS all of that can be met while nothing
//! depends on it, for every pair, each member with itself included: a set's monitor dials its own.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;

use super::{
    decide::Decision,
    goal::{Goal, MemberNow, Way},
    round::Round,
};
use crate::{
    cluster::{
        check::CheckId,
        explain::trouble,
        mode::TlsMode,
        rehearsal::{Gap, Gaps, Obstacle, judge},
    },
    event::{Event, Fact, Task, Warning},
    instance::node::{Node, Rehearsal},
    name::{HostName, MemberName, SetName},
    steps::{
        context::Run,
        failure::{Failure, Rehearsed},
    },
};

/// What came of one set.
#[derive(Default)]
struct Outcome {
    gaps: Vec<Gap>,
    /// The hosts that could not try it.
    unable: BTreeSet<HostName>,
}

/// Lets every member try it once in a run, before the first act towards preferTLS.
pub(super) async fn rehearse<N: Node>(
    run: &mut Run<'_, N>,
    goal: &Goal,
    round: &Round,
    decision: &Decision,
) -> Result<(), Failure> {
    if goal.mode != TlsMode::Prefer || goal.way == Way::Down || !acts(decision) {
        return Ok(());
    }
    let (mut gaps, mut pairs) = (Vec::new(), 0);
    for members in sets(run, round).into_values() {
        if members.iter().all(|(host, _)| run.rehearsed.contains(host)) {
            continue;
        }
        let outcome = in_set(run, &members).await?;
        let tried = members.len() - outcome.unable.len();
        pairs += tried * members.len();
        run.rehearsed.extend(members.iter().map(|(host, _)| host.clone()));
        if outcome.gaps.is_empty() && tried > 0 {
            run.emit(well(&members, &outcome.unable));
        }
        gaps.extend(outcome.gaps);
    }
    let told = logs(run, &gaps).await;
    let Some(gaps) = Gaps::of(gaps) else { return Ok(()) };
    if let Some(reason) = run.plan.waivers.get(&CheckId::P25) {
        for gap in gaps.iter() {
            let (to, member, reason) = (gap.to.clone(), gap.member.clone(), reason.clone());
            let description = gap.to_string();
            let warning = Warning::PeerTlsWaived { to, member, description, reason };
            run.warn_of(&gap.from, warning);
        }
        return Ok(());
    }
    let all_at_allow = round.cluster.members.iter().all(|now| now.running == TlsMode::Allow);
    let rehearsed = if all_at_allow { Rehearsed::AtAllow } else { Rehearsed::Between };
    Err(Failure::Rehearsal { begun: run.begun(), gaps, pairs, log: told, rehearsed })
}

fn acts(decision: &Decision) -> bool {
    match decision {
        Decision::Write(_)
        | Decision::Restart(_)
        | Decision::StepDown(_)
        | Decision::SetMode(_) => true,
        Decision::Verify(_) | Decision::Met | Decision::Limited(_) | Decision::Refuse(_) => false,
    }
}

fn well(members: &[(HostName, MemberName)], unable: &BTreeSet<HostName>) -> Event {
    let hosts = members.iter().map(|(host, _)| host.clone());
    let hosts: Vec<_> = hosts.filter(|host| !unable.contains(host)).collect();
    let (from, to) = (hosts.len(), members.len());
    Event::Checked { hosts, fact: Fact::PeersReachedByTls { from, to } }
}

/// Hosts and members, set by set: only members of one set dial each other by these names.
fn sets<N: Node>(
    run: &Run<'_, N>,
    round: &Round,
) -> BTreeMap<SetName, Vec<(HostName, MemberName)>> {
    let mut sets: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for MemberNow { host, set, .. } in &round.cluster.members {
        if let Some(member) = run.roster.member(host) {
            sets.entry(set.clone()).or_default().push((host.clone(), member.clone()));
        }
    }
    sets
}

async fn in_set<N: Node>(
    run: &Run<'_, N>,
    members: &[(HostName, MemberName)],
) -> Result<Outcome, Failure> {
    let names: Vec<_> = members.iter().map(|(_, member)| member.clone()).collect();
    let tries = members.iter().filter_map(|(host, _)| {
        let (node, names) = (run.node(host)?, &names);
        run.working(host, Task::DialingPeers);
        Some(async move { (host, node.rehearse(names).await) })
    });
    let mut outcome = Outcome::default();
    for (from, tried) in join_all(tries).await {
        let begun = run.begun();
        match tried.map_err(|source| Failure::Look { host: from.clone(), begun, source })? {
            Rehearsal::Unable(why) => {
                run.warn_of(from, Warning::PeerTlsNotTried { error: why });
                outcome.unable.insert(from.clone());
            }
            Rehearsal::Tried { attempts, rigour } => {
                let judged = members.iter().zip(&attempts).filter_map(|((to, member), attempt)| {
                    let why = judge(attempt, member.host(), rigour)?;
                    let (from, to, member) = (from.clone(), to.clone(), member.clone());
                    Some(Gap { from, to, member, why })
                });
                outcome.gaps.extend(judged);
            }
        }
    }
    Ok(outcome)
}

/// Why a server closed a connection stands in its own log and nowhere else.
async fn logs<N: Node>(run: &Run<'_, N>, gaps: &[Gap]) -> Vec<(HostName, String)> {
    let refused = gaps.iter().filter(|gap| matches!(gap.why, Obstacle::RefusedByPeer(_)));
    let refusing: BTreeSet<_> = refused.map(|gap| gap.to.clone()).collect();
    let asked = refusing.iter().filter_map(|host| {
        let node = run.node(host)?;
        Some(async move { (host, node.log_since_mark().await) })
    });
    let mut told = Vec::new();
    for (host, lines) in join_all(asked).await {
        let mut lines: Vec<_> = lines.into_iter().filter(|line| trouble(line).is_some()).collect();
        lines.sort_unstable();
        lines.dedup();
        told.extend(lines.into_iter().map(|line| (host.clone(), line)));
    }
    told
}
