//! A run that changes something, from its lease to its last word: the same for both directions.

use std::{path::Path, sync::Arc, time::Instant};

use futures_util::future::join_all;

use super::{
    Outcome,
    connect::{Connected, connect_ready},
    failures::untouched,
    journal,
    load::{Loaded, load},
    rollback,
    run_reporter::RunReporter,
    signals::Signals,
    window::Open,
};
use crate::{
    cli::ApplyArgs,
    cluster::check::Finding,
    engine::{
        host_limit::HostLimit,
        leases::release,
        run::run as carry_out,
        run_options::{Deadline, RunOptions, Unlimited},
    },
    error::Exit,
    event::{Event, Sink, Warning},
    host::lease::Owner,
    instance::{Server, Service, live::LiveInstance},
    plan::{Plan, model::Step},
    report::{Reporter, messages::count, prompt::Answer},
    steps::{
        confirm::AskPerson,
        error::Failure,
        kind::{Needs, needs},
        plan_run::PlanRun,
        preview::preview,
        run::Run,
        tls_mode::{config_files::ConfigFiles, settle::settle},
    },
};

/// Where a run leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// To what the plan says.
    Forward,
    /// To what was there before it.
    Back,
}

/// What a run carries out.
pub(super) struct Work {
    pub(super) plan: Plan,
    pub(super) files: Box<dyn ConfigFiles>,
    pub(super) limit: HostLimit,
    /// The steps of the plan that a rollback takes back after its modes.
    pub(super) undo: Vec<Step>,
}

/// Carries out a plan in one direction, after a question where a person is there to answer it.
pub(super) async fn run(
    args: &ApplyArgs,
    direction: Direction,
    state_dir: Option<&Path>,
    report: &Arc<Reporter>,
) -> Outcome {
    let (started, signals) = (Instant::now(), Signals::listen(report));
    let loaded = load(&args.plan, report)?;
    let window = loaded.plan.window.clone().filter(|_| !args.ignore_window);
    let open = window.as_ref().map(Open::now).transpose()?;
    let owner = Owner::now(&loaded.plan.name, &loaded.plan.path);
    let journal = journal::open(state_dir, &loaded.plan, &owner, report)?;
    let reporter = RunReporter { report, journal: &journal, run: &owner.run, started };
    if direction == Direction::Forward {
        reporter.announce(&loaded.plan);
    }
    let deadline: &dyn Deadline = open.as_ref().map_or(&Unlimited, |open| open);
    let exit = match connect_ready(&loaded.plan, Some(&owner), report).await {
        Ok(connected) => {
            let nodes = &connected.instances;
            let exit = match turned(direction, loaded, nodes, &reporter).await {
                Ok(work) => {
                    with_hosts(args, work, &connected, (deadline, &signals), reporter).await
                }
                Err(exit) => exit,
            };
            release(&connected.machines).await;
            exit
        }
        Err(exit) => exit,
    };
    Ok(journal::close(&journal, exit, report))
}

/// The plan as it is, or turned around: for that the hosts are asked where it began.
async fn turned(
    direction: Direction,
    loaded: Loaded,
    nodes: &[LiveInstance],
    reporter: &RunReporter<'_>,
) -> Result<Work, Exit> {
    match direction {
        Direction::Forward => {
            let Loaded { plan, files, limit } = loaded;
            Ok(Work { plan, files: Box::new(files), limit, undo: Vec::new() })
        }
        Direction::Back => {
            let work = rollback::turned(loaded, nodes).await;
            let told = |errors: Vec<_>| {
                let exits = errors.iter().map(|error| reporter.wrong(error));
                exits.reduce(Exit::worst).unwrap_or(Exit::Bug)
            };
            let work = work.map_err(told)?;
            reporter.announce(&work.plan);
            Ok(work)
        }
    }
}

async fn with_hosts(
    args: &ApplyArgs,
    work: Work,
    connected: &Connected,
    (deadline, signals): (&dyn Deadline, &Signals),
    reporter: RunReporter<'_>,
) -> Exit {
    let options = RunOptions {
        limit: work.limit.clone(),
        cancel: signals.cancel.clone(),
        deadline,
        run: reporter.run.to_owned(),
        journal: reporter.journal,
    };
    let answer = if args.yes || reporter.report.prompt().is_none() {
        Ok((Answer::Yes, Vec::new()))
    } else {
        agreed(&work, &connected.instances, &options, (signals, &reporter)).await
    };
    match answer {
        Ok((Answer::Yes, agreed)) => {
            under_lease(work, connected, (options, agreed, signals), reporter).await
        }
        Ok((Answer::No, _)) => reporter.finish(Exit::PartWay, 0),
        Err(failures) => reporter.failed(&untouched(failures)),
    }
}

async fn under_lease(
    work: Work,
    connected: &Connected,
    (options, agreed, signals): (RunOptions<'_>, Vec<Finding>, &Signals),
    reporter: RunReporter<'_>,
) -> Exit {
    signals.begin();
    let Work { plan, files, undo, .. } = work;
    let Connected { machines, instances: nodes } = connected;
    let (events, person) = (reporter.events(), Terminal::of(reporter.report));
    let mut run = Run::new(&plan, (machines, nodes), &*files, events, options);
    run.person = person.as_ref().map(|person| person as &dyn AskPerson);
    let mut steps = PlanRun::new(run, agreed);
    steps.undo = undo;
    // A large future, and a long one: it lives beside the stack.
    match Box::pin(carry_out(&mut steps, events)).await {
        Ok(done) => {
            if done.changed > 0 {
                collect(nodes, &reporter).await;
            }
            reporter.finish(Exit::Converged, done.changed)
        }
        Err(failures) => reporter.failed(&failures),
    }
}

/// What is true of every server now, for the record. What cannot be had is no failure: the run's own
/// proofs are done.
async fn collect(nodes: &[LiveInstance], reporter: &RunReporter<'_>) {
    let events = reporter.events();
    let evidence = join_all(nodes.iter().map(Server::evidence)).await;
    for (node, evidence) in nodes.iter().zip(evidence) {
        match evidence {
            Ok(evidence) => events.emit(Event::Evidence(Box::new(evidence))),
            Err(error) => {
                let host = Some(node.host().clone());
                let warning = Warning::NoEvidence { error: error.chain() };
                events.emit(Event::Warning { host, warning });
            }
        }
    }
}

/// Shows what would be done and asks. A plan that is met already is not worth a question. What an
/// earlier run left half done is no question either: a member may be down for it.
async fn agreed(
    work: &Work,
    nodes: &[LiveInstance],
    options: &RunOptions<'_>,
    (signals, reporter): (&Signals, &RunReporter<'_>),
) -> Result<(Answer, Vec<Finding>), Vec<Failure>> {
    let report = reporter.report;
    if needs(&work.plan.steps) == Needs::Instances {
        let unfinished = signals.at_work();
        Box::pin(settle(&work.plan, nodes, reporter.events(), options)).await?;
        drop(unfinished);
    }
    let seen = preview(&work.plan, nodes, &*work.files, &work.limit, &**report).await?;
    let checked = seen.admission.map(|admission| admission.checked).unwrap_or_default();
    if seen.preview.pending() == 0 {
        return Ok((Answer::Yes, Vec::new()));
    }
    let refusals = checked.refusals();
    if refusals.is_empty() {
        report.emit(Event::Preview(seen.preview));
    }
    // The diffs are long: what has to be known stands beside the question.
    checked.tell(reporter.events(), &[]);
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let question = format!("Apply this to {}?", count(work.plan.hosts.len(), "host"));
    let ask = || report.prompt().map_or(Answer::No, |prompt| prompt.confirm(&question));
    Ok((tokio::task::block_in_place(ask), checked.verdict.warnings))
}

/// The person at the terminal, for the questions of a plan.
struct Terminal(Arc<Reporter>);

impl Terminal {
    fn of(report: &Arc<Reporter>) -> Option<Self> {
        report.prompt().is_some().then(|| Self(Arc::clone(report)))
    }
}

impl AskPerson for Terminal {
    fn says_yes(&self, question: &str) -> bool {
        let ask = || self.0.prompt().map(|prompt| prompt.confirm(question));
        tokio::task::block_in_place(ask) == Some(Answer::Yes)
    }
}
