//! What a run would do, by asking the same `decide` about a cluster on paper.
//!
//! `tlsplan plan` shows it, and the tests hold every step of it to the promises: there is no second
//! copy of the rules that could say something else than the run will do.

use super::{
    decide::{Decision, decide},
    goal::{Cluster, Goal, Matches, MemberNow, Office, Proofs},
};
use crate::name::{HostName, SetName};

/// No honest step needs more decisions than this; more would be a circle.
const MOST: usize = 10_000;

/// The decisions until the step is met, refused or limited; the last one says which.
#[must_use]
pub fn forecast(goal: &Goal, cluster: &mut Cluster, proofs: &mut Proofs) -> Vec<Decision> {
    let mut decisions = Vec::new();
    for _ in 0..MOST {
        let decision = decide(goal, cluster, proofs);
        pretend(&decision, goal, cluster, proofs);
        let last = matches!(decision, Decision::Met | Decision::Refuse(_) | Decision::Limited(_));
        decisions.push(decision);
        if last {
            break;
        }
    }
    decisions
}

/// Does on paper what the decision would do for real.
pub fn pretend(decision: &Decision, goal: &Goal, cluster: &mut Cluster, proofs: &mut Proofs) {
    for now in &mut cluster.members {
        match decision {
            Decision::Write(hosts) if hosts.contains(&now.host) => {
                now.file = now.wanted;
                now.matches = Matches::Yes;
            }
            Decision::Restart(host) if host == &now.host => {
                now.file = now.wanted;
                now.matches = Matches::Yes;
                now.running = now.wanted;
                proofs.proved(host);
            }
            Decision::SetMode(hosts) if hosts.contains(&now.host) => {
                now.running = goal.mode;
                proofs.moved(&now.host);
            }
            Decision::Verify(hosts) if hosts.contains(&now.host) => {
                proofs.proved(&now.host);
            }
            _ => {}
        }
    }
    if let Decision::StepDown(host) = decision {
        hand_over(host, cluster);
    }
}

fn hand_over(host: &HostName, cluster: &mut Cluster) {
    let set = cluster.members.iter().find(|now| &now.host == host).map(|now| now.set.clone());
    let electable = |set: &SetName| {
        let fits = |now: &MemberNow| now.office == Office::Electable && &now.set == set;
        cluster.members.iter().position(fits)
    };
    let heir = set.as_ref().and_then(electable);
    for (place, now) in cluster.members.iter_mut().enumerate() {
        if &now.host == host {
            now.office = Office::Electable;
        } else if Some(place) == heir {
            now.office = Office::Primary;
        }
    }
}
