//! What a run would do, from one look at the cluster: the engine's own forecast in words.

use std::collections::BTreeMap;

use super::lease::tell_of_switch;
use crate::{
    cluster::{
        health::{Limits, own_state},
        order::order,
        roster::Roster,
        topology::MemberState,
    },
    engine::{cancel::Cancel, host_limit::HostLimit},
    error::Exit,
    event::{Act, FileDiff, PlannedAct, Preview, Sink, StepPreview, StepStatus, Unknown},
    instance::node::Node,
    name::{HostName, MemberName},
    plan::{
        Plan,
        model::{Action, Step},
    },
    steps::{
        failure::Failure,
        survey::{
            Survey,
            discovery::nobody_left_out,
            initial::{everybody, who_is_who},
        },
        tls_mode::{
            config_files::ConfigFiles,
            decide::Decision,
            forecast::forecast,
            goal::{Cluster, Goal, Proofs},
            preflight::{Checked, Preflight},
            wanted::{Wanted, cluster, wanted_files},
        },
    },
};

/// The outlook, what the checks found, and what would stop the run at its first act.
pub(super) struct Seen {
    pub(super) outlook: Preview,
    pub(super) order: Vec<(HostName, MemberName, MemberState)>,
    pub(super) checked: Checked,
    pub(super) obstacle: Option<Failure>,
}

/// Looks at the cluster and thinks the plan through to its end.
pub(super) async fn outlook<N: Node>(
    plan: &Plan,
    nodes: &[N],
    files: &dyn ConfigFiles,
    acting: &HostLimit,
    events: &dyn Sink,
) -> Result<Seen, Vec<Failure>> {
    let survey = everybody(plan, nodes, events, &Cancel::default()).await?;
    for (host, look) in &survey.looks {
        tell_of_switch(host, look, events);
    }
    let roster = who_is_who(&survey)?;
    nobody_left_out(plan, nodes, &roster, events).await?;
    let preflight = Preflight { plan, nodes, files, roster: &roster, survey: &survey, acting };
    let checked = preflight.examine().await?;
    let mut paper = Paper {
        plan,
        files,
        acting,
        roster: &roster,
        survey: &survey,
        texts: BTreeMap::new(),
        cluster: None,
        proofs: Proofs::default(),
    };
    let mut steps = Vec::new();
    let mut obstacle = None;
    for step in &plan.steps {
        let (outlook, stop) = paper.step(step).map_err(|failure| vec![failure])?;
        steps.push(outlook);
        obstacle = obstacle.or(stop);
    }
    let outlook = Preview { steps, unknown: unknown(&survey) };
    let health = paper.health(&outlook);
    let (order, obstacle) = (ordered(&survey, &roster), obstacle.or(health));
    Ok(Seen { outlook, order, checked, obstacle })
}

/// The cluster on paper while step after step is thought through.
struct Paper<'a> {
    plan: &'a Plan,
    files: &'a dyn ConfigFiles,
    acting: &'a HostLimit,
    roster: &'a Roster,
    survey: &'a Survey,
    /// The files as the steps before would leave them.
    texts: BTreeMap<HostName, String>,
    cluster: Option<Cluster>,
    proofs: Proofs,
}

impl Paper<'_> {
    fn step(&mut self, step: &Step) -> Result<(StepPreview, Option<Failure>), Failure> {
        let Some(goal) = Goal::of(&step.action, self.acting.clone()) else {
            return Ok((self.gate(step), None));
        };
        let in_place = |host: &HostName| self.texts.get(host).cloned();
        let wanted = wanted_files(self.files, goal.mode, self.survey, in_place)?;
        let fresh = cluster(self.plan, self.roster, self.survey, &wanted);
        let mut cluster = match self.cluster.take() {
            None => fresh,
            Some(before) => on_paper(&before, fresh),
        };
        let decisions = forecast(&goal, &mut cluster, &mut self.proofs);
        self.cluster = Some(cluster);
        let (mut intents, mut diffs, mut obstacle) = (Vec::new(), Vec::new(), None);
        for decision in &decisions {
            intents.extend(self.intent(decision, &goal, &wanted));
            self.take_over(decision, &wanted, &mut diffs);
            obstacle = obstacle.or(match decision {
                Decision::Refuse(refusal) => Some(Failure::Refused(refusal.clone())),
                Decision::Limited(hosts) => Some(Failure::Limited(hosts.clone())),
                _ => None,
            });
        }
        let status = if intents.is_empty() {
            StepStatus::Met
        } else {
            StepStatus::Pending { acts: intents }
        };
        Ok((StepPreview { name: step.name.clone(), status, diffs }, obstacle))
    }

    /// A gate is met where nobody can speak plaintext any more; otherwise it is held and seen then.
    fn gate(&self, step: &Step) -> StepPreview {
        let modes = match &self.cluster {
            Some(cluster) => cluster.members.iter().map(|now| now.running).collect::<Vec<_>>(),
            None => self.survey.views().map(|(_, view)| view.mode).collect(),
        };
        let status = match &step.action {
            Action::Clients(gate) if modes.iter().any(|mode| mode.takes_plaintext()) => {
                let act = Act::AwaitPlaintextSilence { free_for: gate.plaintext_free_for };
                let hosts = self.plan.hosts.iter().map(|host| host.name.clone()).collect();
                StepStatus::Pending { acts: vec![PlannedAct { hosts, act }] }
            }
            _ => StepStatus::Met,
        };
        StepPreview { name: step.name.clone(), status, diffs: Vec::new() }
    }

    fn intent(&self, decision: &Decision, goal: &Goal, wanted: &Wanted) -> Option<PlannedAct> {
        let path = &self.plan.mongodb.config_file;
        let unit = &self.plan.mongodb.service;
        let (hosts, act) = match decision {
            Decision::Write(hosts) => {
                let change = hosts.first().and_then(|host| wanted.file(host));
                let change = change.map(|file| file.change.clone()).unwrap_or_default();
                (hosts.clone(), Act::WriteFile { path: path.clone(), change })
            }
            Decision::Restart(host) => {
                let (path, unit) = (path.clone(), unit.clone());
                let act = match wanted.change(host).and(wanted.file(host)) {
                    Some(file) => {
                        Act::WriteFileAndRestart { path, change: file.change.clone(), unit }
                    }
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
    fn take_over(&mut self, decision: &Decision, wanted: &Wanted, diffs: &mut Vec<FileDiff>) {
        let hosts = match decision {
            Decision::Write(hosts) => hosts.clone(),
            Decision::Restart(host) => vec![host.clone()],
            _ => return,
        };
        for host in hosts {
            if let (Some(_), Some(file)) = (wanted.change(&host), wanted.file(&host)) {
                let path = self.plan.mongodb.config_file.clone();
                let diff = file.diff.clone();
                diffs.push(FileDiff { host: host.clone(), path, diff });
                self.texts.insert(host, file.text.clone());
            }
        }
    }

    /// A run that has something to do begins with a gate; what it would say now.
    fn health(&self, outlook: &Preview) -> Option<Failure> {
        let mongodb = &self.plan.mongodb;
        let limits = Limits { max_lag: mongodb.max_lag, write_outage: mongodb.write_outage };
        let why = self.survey.healthy(limits).err().filter(|_| outlook.pending() > 0)?;
        Some(Failure::NotNow {
            doing: "the first change".to_owned(),
            why,
            waited: std::time::Duration::ZERO,
            begun: crate::steps::failure::Begun::No,
            detail: None,
        })
    }
}

/// Modes and offices as the steps before would leave them, files as this step sees them.
fn on_paper(before: &Cluster, mut fresh: Cluster) -> Cluster {
    for now in &mut fresh.members {
        if let Some(then) = before.members.iter().find(|then| then.host == now.host) {
            now.running = then.running;
            now.office = then.office;
        }
    }
    fresh
}

fn ordered(survey: &Survey, roster: &Roster) -> Vec<(HostName, MemberName, MemberState)> {
    let mut members = Vec::new();
    for set in survey.sets().values() {
        for member in order(set) {
            let state = set.of(&member).and_then(own_state).unwrap_or(MemberState::Unknown);
            if let Some(host) = roster.host(&member) {
                members.push((host.clone(), member, state));
            }
        }
    }
    members
}

fn unknown(survey: &Survey) -> Vec<Unknown> {
    let elects = (survey.looks.len() > 1).then_some(Unknown::ElectedPrimary);
    [Unknown::CanaryResult].into_iter().chain(elects).collect()
}

/// The exit code of several failures.
pub(super) fn worst(failures: &[Failure]) -> Exit {
    use crate::error::Designed;
    let codes = failures.iter().map(Designed::exit);
    codes.reduce(Exit::worst).unwrap_or(Exit::Converged)
}
