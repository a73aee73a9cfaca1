//! The run: who is who, then step after step until the plan is met or something stops it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Mutex,
    time::Duration,
};

use tokio::time::Instant;

use super::{
    clients::{self, Gate, Passed},
    context::Run,
    failure::Failure,
    survey::{
        Survey,
        discovery::nobody_left_out,
        initial::{everybody, who_is_who},
    },
    tls_mode::{
        self,
        config_files::ConfigFiles,
        goal::{Goal, Proofs},
        preflight::Preflight,
        settle::settle,
    },
};
use crate::{
    cluster::{
        check::Finding, health::own_state, mode::TlsMode, order::order, topology::MemberState,
    },
    engine::orders::Orders,
    error::{Designed, Exit},
    event::{Event, Sink},
    instance::node::Node,
    plan::{
        Plan,
        model::{Action, Step},
    },
};

/// How long a host is waited for that may know whose it is.
const VERDICT: Duration = Duration::from_secs(5);

/// What a run that came to the plan's end did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done {
    /// How many changes it made; zero when everything was in place.
    pub changed: usize,
}

/// Carries out the plan. Errors come all at once where looking found several.
pub async fn run<N: Node>(
    plan: &Plan,
    nodes: &[N],
    files: &dyn ConfigFiles,
    events: &dyn Sink,
    orders: Orders<'_>,
) -> Result<Done, Vec<Failure>> {
    settle(plan, nodes, events, &orders).await?;
    let survey = everybody(plan, nodes, events, &orders.cancel).await?;
    let membership = who_is_who(&survey)?;
    nobody_left_out(plan, nodes, &membership, events).await?;
    let acting = &orders.acting;
    let preflight =
        Preflight { plan, nodes, files, membership: &membership, survey: &survey, acting };
    fit(&preflight, events, &orders.agreed).await?;
    let mut run = Run {
        plan,
        nodes,
        files,
        events,
        orders,
        membership,
        proofs: Proofs::default(),
        canaries: BTreeSet::new(),
        previous: BTreeMap::new(),
        lives: BTreeMap::new(),
        rehearsed: BTreeSet::new(),
        by_tls: BTreeSet::new(),
        armed: None,
        switches: 0,
        timeout: None,
        unsent: 0,
        changed: 0,
        said: Mutex::default(),
    };
    announce(&run, &survey);
    let (mut survey, mut owed) = (Some(survey), None);
    for (index, step) in plan.steps.iter().enumerate() {
        let (number, started, before) = (index + 1, Instant::now(), run.changed);
        let (of, name) = (plan.steps.len(), step.name.clone());
        run.emit(Event::StepStarted { number, of, name: name.clone() });
        run.timeout = step.timeout;
        survey = Some(match carry_out(&mut run, step, &mut owed, survey.take()).await {
            Ok(last) => last,
            Err(failure) => return Err(vec![or_not_ours(&run, failure).await]),
        });
        let (changed, took) = (run.changed - before, started.elapsed());
        run.emit(Event::StepFinished { number, name, changed, took });
    }
    let last = match survey {
        Some(survey) => survey,
        None => run.survey().await.map_err(|failure| vec![failure])?,
    };
    tls_mode::end_well(&run, last).await.map_err(|failure| vec![failure])?;
    Ok(Done { changed: run.changed })
}

/// Carries out one step. A gate that was passed blind is held again before plaintext is refused.
async fn carry_out<'p, N: Node>(
    run: &mut Run<'_, N>,
    step: &'p Step,
    owed: &mut Option<Gate<'p>>,
    mut survey: Option<Survey>,
) -> Result<Survey, Failure> {
    if let Action::Clients(wants) = &step.action {
        let gate = Gate::of(&step.name, wants, step.timeout);
        let (survey, passed) = clients::hold(run, &gate, survey).await?;
        *owed = (passed == Passed::Blind).then_some(gate);
        return Ok(survey);
    }
    let Some(goal) = Goal::of(&step.action, run.orders.acting.clone()) else {
        return run.survey().await;
    };
    if goal.mode == TlsMode::Require
        && let Some(gate) = owed.take()
    {
        survey = Some(clients::hold(run, &gate, survey).await?.0);
    }
    tls_mode::step(run, &goal, survey).await
}

/// Whether the checks let the run begin; what does not stop it is told, unless somebody was told before.
async fn fit<N: Node>(
    preflight: &Preflight<'_, N>,
    events: &dyn Sink,
    agreed: &[Finding],
) -> Result<(), Vec<Failure>> {
    let checked = preflight.examine().await?;
    checked.tell(events, agreed);
    let refusals = checked.refusals();
    if refusals.is_empty() { Ok(()) } else { Err(refusals) }
}

/// A run that lost its hosts sees all kinds of trouble, and only one of them is its own.
async fn or_not_ours<N: Node>(run: &Run<'_, N>, failure: Failure) -> Failure {
    let grave = [Exit::Person, Exit::Unknown, Exit::PutBack, Exit::HostKey];
    if grave.contains(&failure.exit()) {
        return failure;
    }
    // Connections that broke while this process was frozen look like hosts that are away, until one
    // of them has said whose it is.
    match run.lost_any(VERDICT).await {
        Some((host, source)) if source.exit() == Exit::Locked => {
            Failure::NotOurs { host, begun: run.begun(), source }
        }
        _ => failure,
    }
}

fn announce<N: Node>(run: &Run<'_, N>, survey: &Survey) {
    let mut members = Vec::new();
    for set in survey.sets().values() {
        for member in order(set) {
            let state = set.view(&member).and_then(own_state).unwrap_or(MemberState::Unknown);
            if let Some(host) = run.membership.host(&member) {
                members.push((host.clone(), member, state));
            }
        }
    }
    run.emit(Event::Ordered { members });
}
