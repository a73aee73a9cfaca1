//! What a run would do, from one look at the cluster: each kind checks its step on paper.

use std::{collections::BTreeMap, time::Duration};

use super::{
    admission::{Admission, FirstLook},
    error::Failure,
    kind::{Kind, Needs, needs},
    tls_mode::{
        config_files::ConfigFiles,
        error::NotReadyError,
        goal::{Cluster, Proofs},
    },
};
use crate::{
    cluster::health::Limits,
    engine::{cancel::Cancel, host_limit::HostLimit},
    event::{PlannedAct, Preview, Sink, StepPreview, StepStatus, Unknown},
    instance::Instance,
    name::HostName,
    plan::{Plan, model::Step},
};

/// The preview, and what would stop the run at its first act.
pub struct Previewed {
    /// What would be done.
    pub preview: Preview,
    /// The first look, where the plan needs one.
    pub admission: Option<Admission>,
    /// Why the run would not get past its first act.
    pub obstacle: Option<Failure>,
}

/// The cluster on paper while step after step is thought through.
pub struct Paper<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The wanted files.
    pub files: &'a dyn ConfigFiles,
    /// The hosts that may be acted on.
    pub limit: &'a HostLimit,
    /// What was looked at, where the plan needs that.
    pub admission: Option<&'a Admission>,
    /// The files as the steps before would leave them.
    pub texts: BTreeMap<HostName, String>,
    /// The cluster as the steps before would leave it.
    pub cluster: Option<Cluster>,
    /// What the steps before would have proved.
    pub proofs: Proofs,
}

/// A step on paper.
pub struct Checked {
    /// What would be done.
    pub preview: StepPreview,
    /// Why it would not be finished.
    pub obstacle: Option<Failure>,
}

impl Checked {
    /// A step that would do these acts, in this order; none where it is met.
    #[must_use]
    pub fn new(step: &Step, acts: Vec<PlannedAct>) -> Self {
        let status = if acts.is_empty() { StepStatus::Met } else { StepStatus::Pending { acts } };
        let preview = StepPreview { name: step.name.clone(), status, diffs: Vec::new() };
        Self { preview, obstacle: None }
    }
}

/// Looks at the cluster and thinks the plan through to its end.
pub async fn preview<N: Instance>(
    plan: &Plan,
    nodes: &[N],
    files: &dyn ConfigFiles,
    limit: &HostLimit,
    events: &dyn Sink,
) -> Result<Previewed, Vec<Failure>> {
    let admission = match needs(&plan.steps) {
        Needs::Machines => None,
        Needs::Instances => {
            let look = FirstLook { plan, nodes, files, limit };
            Some(look.take(events, &Cancel::default()).await?)
        }
    };
    let mut paper = Paper {
        plan,
        files,
        limit,
        admission: admission.as_ref(),
        texts: BTreeMap::new(),
        cluster: None,
        proofs: Proofs::default(),
    };
    let (mut steps, mut obstacle) = (Vec::new(), None);
    for step in &plan.steps {
        let checked = step.action.check(step, &mut paper).map_err(|failure| vec![failure])?;
        steps.push(checked.preview);
        obstacle = obstacle.or(checked.obstacle);
    }
    let preview = Preview { steps, unknown: paper.unknown() };
    let obstacle = obstacle.or_else(|| paper.health(&preview));
    Ok(Previewed { preview, admission, obstacle })
}

impl Paper<'_> {
    fn unknown(&self) -> Vec<Unknown> {
        let Some(admission) = self.admission else { return Vec::new() };
        let elects = (admission.survey.looks.len() > 1).then_some(Unknown::ElectedPrimary);
        [Unknown::CanaryResult].into_iter().chain(elects).collect()
    }

    /// A run that has something to do first waits for healthy sets; what it would say now.
    fn health(&self, preview: &Preview) -> Option<Failure> {
        let rules = &self.plan.rules;
        let limits = Limits { max_lag: rules.max_lag, write_outage: rules.write_outage };
        let survey = &self.admission?.survey;
        let why = survey.healthy(limits).err().filter(|_| preview.pending() > 0)?;
        let (doing, waited) = ("the first change".to_owned(), Duration::ZERO);
        Some(NotReadyError { doing, why, waited, detail: None }.into())
    }
}
