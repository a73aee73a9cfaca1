//! What a run would do, from one look at the cluster: the engine's own forecast in words.

use std::collections::BTreeMap;

use super::lease::tell_of_switch;
use crate::{
    cluster::{health::Limits, membership::Membership, topology::MemberState},
    engine::{cancel::Cancel, host_limit::HostLimit, progress::Progress},
    error::Exit,
    event::Sink,
    instance::Instance,
    name::{HostName, MemberName},
    plan::{
        Plan,
        model::{Action, Step},
    },
    report::outlook::{FileDiff, Intent, Outlook, StepOutlook, StepStatus},
    steps::{
        admission::{Admission, FirstLook},
        error::{Failure, Paused, StepError, rough},
        survey::Survey,
        tls_mode::{
            config_files::ConfigFiles,
            decide::Decision,
            error::NotReadyError,
            forecast::forecast,
            goal::{Cluster, Goal, Proofs},
            preflight::Checked,
            wanted::{Wanted, cluster, wanted_files},
        },
    },
};

/// The outlook, what the checks found, and what would stop the run at its first act.
pub(super) struct Seen {
    pub(super) outlook: Outlook,
    pub(super) order: Vec<(HostName, MemberName, MemberState)>,
    pub(super) checked: Checked,
    pub(super) obstacle: Option<Failure>,
}

/// Looks at the cluster and thinks the plan through to its end.
pub(super) async fn outlook<N: Instance>(
    plan: &Plan,
    nodes: &[N],
    files: &dyn ConfigFiles,
    limit: &HostLimit,
    events: &dyn Sink,
) -> Result<Seen, Vec<Failure>> {
    let look = FirstLook { plan, nodes, files, limit };
    let admission = look.take(events, &Cancel::default()).await?;
    let order = admission.order();
    let Admission { survey, membership, checked } = admission;
    for (host, look) in &survey.looks {
        tell_of_switch(host, look, events);
    }
    let mut paper = Paper {
        plan,
        files,
        limit,
        membership: &membership,
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
    let outlook = Outlook { steps, unknown: unknown(&survey) };
    let health = paper.health(&outlook);
    let obstacle = obstacle.or(health);
    Ok(Seen { outlook, order, checked, obstacle })
}

/// The cluster on paper while step after step is thought through.
struct Paper<'a> {
    plan: &'a Plan,
    files: &'a dyn ConfigFiles,
    limit: &'a HostLimit,
    membership: &'a Membership,
    survey: &'a Survey,
    /// The files as the steps before would leave them.
    texts: BTreeMap<HostName, String>,
    cluster: Option<Cluster>,
    proofs: Proofs,
}

impl Paper<'_> {
    fn step(&mut self, step: &Step) -> Result<(StepOutlook, Option<Failure>), Failure> {
        let Some(goal) = Goal::of_action(&step.action, self.limit.clone()) else {
            return Ok((self.gate(step), None));
        };
        let in_place = |host: &HostName| self.texts.get(host).cloned();
        let wanted = wanted_files(self.files, goal.mode, self.survey, in_place)?;
        let fresh = cluster(self.plan, self.membership, self.survey, &wanted);
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
                Decision::Refuse(refusal) => Some(refusal.clone().into()),
                Decision::Limited(hosts) => Some(Paused::Limited(hosts.clone()).into()),
                _ => None,
            });
        }
        let status =
            if intents.is_empty() { StepStatus::Met } else { StepStatus::Would { intents } };
        Ok((StepOutlook { name: step.name.clone(), status, diffs }, obstacle))
    }

    /// A gate is met where nobody can speak plaintext any more; otherwise it is held and seen then.
    fn gate(&self, step: &Step) -> StepOutlook {
        let modes = match &self.cluster {
            Some(cluster) => cluster.members.iter().map(|now| now.running).collect::<Vec<_>>(),
            None => self.survey.views().map(|(_, view)| view.mode).collect(),
        };
        let status = match &step.action {
            Action::Clients(gate) if modes.iter().any(|mode| mode.takes_plaintext()) => {
                let free = rough(gate.plaintext_free_for);
                let hosts = self.plan.hosts.iter().map(|host| host.name.clone()).collect();
                let what = format!("wait until no client has spoken plaintext for {free}");
                StepStatus::Would { intents: vec![Intent { hosts, what }] }
            }
            _ => StepStatus::Met,
        };
        StepOutlook { name: step.name.clone(), status, diffs: Vec::new() }
    }

    fn intent(&self, decision: &Decision, goal: &Goal, wanted: &Wanted) -> Option<Intent> {
        let settings = |host: &HostName| {
            let instance = self.plan.instance(host);
            instance.map(|it| (it.config_file.clone(), it.service.clone()))
        };
        let (hosts, what) = match decision {
            Decision::Write(hosts) => {
                let change = hosts.first().and_then(|host| wanted.file(host));
                let change = change.map(|file| file.change.clone()).unwrap_or_default();
                let (path, _) = settings(hosts.first()?)?;
                (hosts.clone(), format!("write {path} ({change})"))
            }
            Decision::Restart(host) => {
                let (path, unit) = settings(host)?;
                let what = match wanted.change(host).and(wanted.file(host)) {
                    Some(file) => format!("write {path} ({}), restart {unit}", file.change),
                    None => format!("restart {unit}"),
                };
                (vec![host.clone()], what)
            }
            Decision::StepDown(host) => (vec![host.clone()], "step down as primary".to_owned()),
            Decision::SetMode(hosts) => {
                (hosts.clone(), format!("setParameter tlsMode {}", goal.mode))
            }
            Decision::Verify(hosts) => {
                (hosts.clone(), "prove from both sides over fresh connections".to_owned())
            }
            Decision::Met | Decision::Limited(_) | Decision::Refuse(_) => return None,
        };
        Some(Intent { hosts, what })
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
                let instance = self.plan.instance(&host);
                let path = instance.map(|it| it.config_file.clone()).unwrap_or_default();
                let diff = file.diff.clone();
                diffs.push(FileDiff { host: host.clone(), path, diff });
                self.texts.insert(host, file.text.clone());
            }
        }
    }

    /// A run that has something to do begins with a gate; what it would say now.
    fn health(&self, outlook: &Outlook) -> Option<Failure> {
        let rules = &self.plan.rules;
        let limits = Limits { max_lag: rules.max_lag, write_outage: rules.write_outage };
        let why = self.survey.healthy(limits).err().filter(|_| outlook.pending() > 0)?;
        Some(
            NotReadyError {
                doing: "the first change".to_owned(),
                why,
                waited: std::time::Duration::ZERO,
                detail: None,
            }
            .into(),
        )
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

fn unknown(survey: &Survey) -> Vec<String> {
    let mut unknown = vec![
        "whether mongod takes the new files: a canary is started on each before anything is touched"
            .to_owned(),
    ];
    if survey.looks.len() > 1 {
        unknown.push("which member is elected when the primary steps down".to_owned());
    }
    unknown
}

/// Failures of a run that has not touched anything.
pub(super) fn untouched(failures: Vec<Failure>) -> Vec<StepError> {
    let stamp = |failure| StepError::new(failure, Progress::Untouched);
    failures.into_iter().map(stamp).collect()
}

/// The exit code of several failures.
pub(super) fn worst(failures: &[StepError]) -> Exit {
    use crate::error::Designed;
    let codes = failures.iter().map(Designed::exit);
    codes.reduce(Exit::worst).unwrap_or(Exit::Converged)
}
