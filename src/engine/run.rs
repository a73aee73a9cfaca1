//! The run: who is who, then step after step until the plan is met or something stops it.

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    sync::Mutex,
    time::Duration,
};

use tokio::time::Instant;

use super::{
    cancel::Cancel,
    context::{Files, Run},
    failure::{Begun, Failure},
    goal::{Goal, Proofs},
    inventory::nobody_left_out,
    orders::Orders,
    preflight::Preflight,
    settle::settle,
    survey::Survey,
};
use crate::{
    action::{
        clients::{self, Gate, Passed},
        tls_mode,
    },
    cluster::{
        check::Finding, health::own_state, mode::TlsMode, order::order, roster::Roster,
        topology::MemberState,
    },
    error::{Designed, Exit},
    event::{Event, Sink},
    member::{
        error::NodeError,
        node::{Activity, Node},
    },
    mongo::database::{DatabaseError, NoSet},
    plan::{
        Plan,
        model::{Action, Step},
    },
};

/// Between two looks at servers that are starting.
const POLL: Duration = Duration::from_millis(100);
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
    files: &dyn Files,
    events: &dyn Sink,
    orders: Orders<'_>,
) -> Result<Done, Vec<Failure>> {
    settle(plan, nodes, events, &orders).await?;
    let survey = everybody(plan, nodes, events, &orders.cancel).await?;
    let roster = who_is_who(&survey)?;
    nobody_left_out(plan, nodes, &roster, events).await?;
    let acting = &orders.acting;
    let preflight = Preflight { plan, nodes, files, roster: &roster, survey: &survey, acting };
    fit(&preflight, events, &orders.agreed).await?;
    let mut run = Run {
        plan,
        nodes,
        files,
        events,
        orders,
        roster,
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

/// The first look, with every host that could not be looked at.
pub async fn first_look<N: Node>(nodes: &[N]) -> Result<Survey, Vec<Failure>> {
    Survey::take(nodes).await.map_err(|errors| {
        let failure = |(host, source)| Failure::Look { host, begun: Begun::No, source };
        errors.into_iter().map(failure).collect()
    })
}

/// The first look, waiting for servers that were restarted not long ago: by a run that was cut, or
/// by somebody else. A server that has been silent for longer than a start may take is not waited for.
pub async fn everybody<N: Node>(
    plan: &Plan,
    nodes: &[N],
    events: &dyn Sink,
    cancel: &Cancel,
) -> Result<Survey, Vec<Failure>> {
    let (mut told, started) = (false, Instant::now());
    loop {
        let survey = first_look(nodes).await?;
        let Some((host, error)) = survey.silent() else { return Ok(survey) };
        let lone = without_set(&survey, NoSet::Standalone);
        if !lone.is_empty() {
            return Err(lone);
        }
        let unit = survey.look(host).map(|look| &look.unit);
        if error.exit() == Exit::Permission {
            return Err(refused(survey));
        }
        let young = unit.is_some_and(|unit| {
            unit.activity == Activity::Changing
                || (unit.activity == Activity::Active
                    && unit.age.is_some_and(|age| age < plan.mongodb.start_timeout))
        });
        // A unit that starts and dies in turns is young for ever; the wait as a whole ends.
        if !young || started.elapsed() > plan.mongodb.start_timeout {
            if let Some(why) = no_set(error) {
                return Err(without_set(&survey, why));
            }
            let state = unit.map(|unit| format!("{:?}", unit.activity).to_lowercase());
            let words = format!("unit {}; {}", state.unwrap_or_default(), error.chain());
            return Err(vec![Failure::Silent { host: host.clone(), words, begun: Begun::No }]);
        }
        if cancel.is_asked() {
            return Err(vec![Failure::Stopped { begun: Begun::No }]);
        }
        if !told {
            let doing = "waiting for the server to answer".to_owned();
            events.emit(Event::Working { host: host.clone(), doing });
            told = true;
        }
        tokio::time::sleep(POLL).await;
    }
}

/// Why a server that answers has no set, where that is what it said.
fn no_set(error: &NodeError) -> Option<NoSet> {
    match error.source()?.downcast_ref()? {
        DatabaseError::NoSet(why) => Some(*why),
        _ => None,
    }
}

/// The hosts whose servers say this of themselves.
fn without_set(survey: &Survey, wanted: NoSet) -> Vec<Failure> {
    let said = survey.looks.iter().filter_map(|(host, look)| {
        let why = no_set(look.server.as_ref().err()?)?;
        (why == wanted).then(|| Failure::NoMember { host: host.clone(), why })
    });
    said.collect()
}

/// A refused login does not get better by waiting, and each attempt is one more in the server's log.
fn refused(survey: Survey) -> Vec<Failure> {
    let refused = survey.looks.into_iter().filter_map(|(host, look)| match look.server {
        Err(source) if source.exit() == Exit::Permission => {
            Some(Failure::Look { host, begun: Begun::No, source })
        }
        _ => None,
    });
    refused.collect()
}

/// Which host runs which member.
pub fn who_is_who(survey: &Survey) -> Result<Roster, Vec<Failure>> {
    Roster::new(survey.views())
        .map_err(|misfits| misfits.into_iter().map(Failure::Misfit).collect())
}

fn announce<N: Node>(run: &Run<'_, N>, survey: &Survey) {
    let mut members = Vec::new();
    for set in survey.sets().values() {
        for member in order(set) {
            let state = set.of(&member).and_then(own_state).unwrap_or(MemberState::Unknown);
            if let Some(host) = run.roster.host(&member) {
                members.push((host.clone(), member, state));
            }
        }
    }
    run.emit(Event::Ordered { members });
}
