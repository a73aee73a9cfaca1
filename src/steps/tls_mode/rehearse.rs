//! Before the members speak TLS with each other: each of them tries it with every one of its set.
//!
//! A wrong name, another CA, a certificate without clientAuth: a server starts happily with it, and
//! only its peers refuse it, from preferTLS on. At allowTLS all of that can be met while nothing
//! depends on it, for every pair, each member with itself included: a set's monitor dials its own.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;

use super::{
    advance::Shared,
    decide::Decision,
    error::{MembersAt, PeerTlsFailed},
    goal::MemberNow,
    round::Round,
};
use crate::{
    cluster::{
        check::CheckId,
        explain::trouble,
        mode::TlsMode,
        peer_tls_check::{PairFailure, PairFailures, PeerTlsError, classify},
    },
    event::{Event, Fact, Task, Warning},
    instance::{Instance, look::Rehearsal},
    name::{HostName, MemberName, SetName},
    plan::model::Direction,
    steps::{
        error::{Failure, ObserveError},
        run::Run,
    },
};

/// What came of one set.
#[derive(Default)]
struct Outcome {
    gaps: Vec<PairFailure>,
    /// The hosts that could not try it.
    unable: BTreeSet<HostName>,
}

/// Lets every member try it once in a run, before the first act towards preferTLS.
pub(super) async fn rehearse<N: Instance>(
    run: &Run<'_, N>,
    shared: &Shared<'_>,
    round: &Round,
    decision: &Decision,
) -> Result<(), Failure> {
    let goal = shared.goal;
    if goal.mode != TlsMode::Prefer || goal.way == Direction::Down || !acts(decision) {
        return Ok(());
    }
    let (mut gaps, mut pairs) = (Vec::new(), 0);
    for members in sets(run, round).into_values() {
        if members.iter().all(|(host, _)| shared.tried.peers.has(host)) {
            continue;
        }
        let outcome = in_set(run, &members).await?;
        let tried = members.len() - outcome.unable.len();
        pairs += tried * members.len();
        shared.tried.peers.add(members.iter().map(|(host, _)| host.clone()));
        if outcome.gaps.is_empty() && tried > 0 {
            run.emit(well(&members, &outcome.unable));
        }
        gaps.extend(outcome.gaps);
    }
    let told = logs(run, &gaps).await;
    let Some(gaps) = PairFailures::from_list(gaps) else { return Ok(()) };
    if let Some(reason) = run.plan.waivers.get(&CheckId::PeerTls) {
        for gap in gaps.iter() {
            let (to, member, reason) = (gap.to.clone(), gap.member.clone(), reason.clone());
            let description = gap.to_string();
            let warning = Warning::PeerTlsWaived { to, member, description, reason };
            run.warn_of(&gap.from, warning);
        }
        return Ok(());
    }
    let all_at_allow = round.cluster.members.iter().all(|now| now.running == TlsMode::Allow);
    let at = if all_at_allow { MembersAt::AllowTls } else { MembersAt::Mixed };
    Err(PeerTlsFailed::Members { gaps, pairs, log: told, at }.into())
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
fn sets<N: Instance>(
    run: &Run<'_, N>,
    round: &Round,
) -> BTreeMap<SetName, Vec<(HostName, MemberName)>> {
    let mut sets: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for MemberNow { host, set, .. } in &round.cluster.members {
        if let Some(member) = run.membership.member(host) {
            sets.entry(set.clone()).or_default().push((host.clone(), member.clone()));
        }
    }
    sets
}

async fn in_set<N: Instance>(
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
        match tried.map_err(|source| ObserveError::host(from, source))? {
            Rehearsal::Unable(why) => {
                run.warn_of(from, Warning::PeerTlsNotTried { error: why });
                outcome.unable.insert(from.clone());
            }
            Rehearsal::Tried { attempts, verify_mode } => {
                let judged = members.iter().zip(&attempts).filter_map(|((to, member), attempt)| {
                    let why = classify(attempt, member.host(), verify_mode)?;
                    let (from, to, member) = (from.clone(), to.clone(), member.clone());
                    Some(PairFailure { from, to, member, why })
                });
                outcome.gaps.extend(judged);
            }
        }
    }
    Ok(outcome)
}

/// Why a server closed a connection stands in its own log and nowhere else.
async fn logs<N: Instance>(run: &Run<'_, N>, gaps: &[PairFailure]) -> Vec<(HostName, String)> {
    let refused = gaps.iter().filter(|gap| matches!(gap.why, PeerTlsError::RefusedByPeer(_)));
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
