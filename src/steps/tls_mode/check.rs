//! A `tls_mode` step on paper: the same `decide` is asked as in a run.

use super::{
    decide::Decision,
    forecast::forecast,
    goal::{Cluster, Goal},
    wanted::{Wanted, cluster, wanted_files},
};
use crate::{
    event::{Act, FileDiff, PlannedAct},
    name::HostName,
    plan::model::{Step, TlsModeStep},
    steps::{
        error::{Failure, Paused},
        preview::{Checked, Paper},
    },
};

/// What the step would do, after the steps before it.
pub(super) fn check(
    wants: TlsModeStep,
    step: &Step,
    paper: &mut Paper<'_>,
) -> Result<Checked, Failure> {
    let Some(admission) = paper.admission else { return Ok(Checked::new(step, Vec::new())) };
    let goal = Goal::new(wants, paper.limit.clone());
    let in_place = |host: &HostName| paper.texts.get(host).cloned();
    let wanted = wanted_files(paper.files, goal.mode, &admission.survey, in_place)?;
    let fresh = cluster(paper.plan, &admission.membership, &admission.survey, &wanted);
    let mut cluster = match paper.cluster.take() {
        None => fresh,
        Some(before) => on_paper(&before, fresh),
    };
    let decisions = forecast(&goal, &mut cluster, &mut paper.proofs);
    paper.cluster = Some(cluster);
    let acts = decisions.iter().filter_map(|decision| act(paper, decision, &goal, &wanted));
    let mut checked = Checked::new(step, acts.collect());
    for decision in &decisions {
        take_over(paper, decision, &wanted, &mut checked.preview.diffs);
        checked.obstacle = checked.obstacle.or(match decision {
            Decision::Refuse(refusal) => Some(refusal.clone().into()),
            Decision::Limited(hosts) => Some(Paused::Limited(hosts.clone()).into()),
            _ => None,
        });
    }
    Ok(checked)
}

fn act(paper: &Paper<'_>, decision: &Decision, goal: &Goal, wanted: &Wanted) -> Option<PlannedAct> {
    let settings = |host: &HostName| {
        let instance = paper.plan.instance(host);
        instance.map(|it| (it.config_file.clone(), it.service.clone()))
    };
    let (hosts, act) = match decision {
        Decision::Write(hosts) => {
            let change = hosts.first().and_then(|host| wanted.file(host));
            let change = change.map(|file| file.change.clone()).unwrap_or_default();
            let (path, _) = settings(hosts.first()?)?;
            (hosts.clone(), Act::WriteFile { path, change })
        }
        Decision::Restart(host) => {
            let (path, unit) = settings(host)?;
            let act = match wanted.change(host).and(wanted.file(host)) {
                Some(file) => Act::WriteFileAndRestart { path, change: file.change.clone(), unit },
                None => Act::Restart { unit },
            };
            (vec![host.clone()], act)
        }
        Decision::StepDown(host) => (vec![host.clone()], Act::StepDown),
        Decision::SetMode(hosts) => (hosts.clone(), Act::SetMode { mode: goal.mode }),
        Decision::Verify(hosts) => (hosts.clone(), Act::Verify),
        Decision::Met | Decision::Limited(_) | Decision::Refuse(_) => return None,
    };
    Some(PlannedAct { hosts, act })
}

/// Files that a decision would write are what the next step finds in place.
fn take_over(
    paper: &mut Paper<'_>,
    decision: &Decision,
    wanted: &Wanted,
    diffs: &mut Vec<FileDiff>,
) {
    let hosts = match decision {
        Decision::Write(hosts) => hosts.clone(),
        Decision::Restart(host) => vec![host.clone()],
        _ => return,
    };
    for host in hosts {
        if let (Some(_), Some(file)) = (wanted.change(&host), wanted.file(&host)) {
            let instance = paper.plan.instance(&host);
            let path = instance.map(|it| it.config_file.clone()).unwrap_or_default();
            diffs.push(FileDiff { host: host.clone(), path, diff: file.diff.clone() });
            paper.texts.insert(host, file.text.clone());
        }
    }
}

/// Modes and roles as the steps before would leave them, files as this step sees them.
fn on_paper(before: &Cluster, mut fresh: Cluster) -> Cluster {
    for now in &mut fresh.members {
        if let Some(then) = before.members.iter().find(|then| then.host == now.host) {
            now.running = then.running;
            now.office = then.office;
        }
    }
    fresh
}
