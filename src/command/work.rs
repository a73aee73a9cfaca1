//! A run that changes something, from its lease to its last word: the same for both directions.

use std::{path::Path, sync::Arc, time::Instant};

use futures_util::future::join_all;

use super::{
    Outcome,
    connect::connect_ready,
    journal,
    lease::release,
    load::{Loaded, load},
    outlook::outlook,
    rollback,
    run_reporter::RunReporter,
    signals::Signals,
    window::Open,
};
use crate::{
    cli::ApplyArgs,
    engine::{
        host_limit::HostLimit,
        orders::{Orders, TimeLeft, Unlimited},
    },
    error::Exit,
    event::{Event, Sink, Warning},
    host::lease::Owner,
    instance::{live::LiveNode, node::Node},
    plan::Plan,
    report::{Reporter, messages::count, prompt::Answer},
    steps::{
        failure::Failure,
        run::run as carry_out,
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
    pub(super) acting: HostLimit,
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
    let time: &dyn TimeLeft = open.as_ref().map_or(&Unlimited, |open| open);
    let exit = match connect_ready(&loaded.plan, Some(&owner), report).await {
        Ok(nodes) => {
            let exit = match turned(direction, loaded, &nodes, &reporter).await {
                Ok(work) => with_hosts(args, work, &nodes, (time, &signals), reporter).await,
                Err(exit) => exit,
            };
            release(&nodes).await;
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
    nodes: &[LiveNode],
    reporter: &RunReporter<'_>,
) -> Result<Work, Exit> {
    match direction {
        Direction::Forward => {
            let Loaded { plan, files, acting } = loaded;
            Ok(Work { plan, files: Box::new(files), acting })
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
    nodes: &[LiveNode],
    (time, signals): (&dyn TimeLeft, &Signals),
    reporter: RunReporter<'_>,
) -> Exit {
    let mut orders = Orders {
        acting: work.acting.clone(),
        cancel: signals.cancel.clone(),
        time,
        run: reporter.run.to_owned(),
        agreed: Vec::new(),
        journal: reporter.journal,
    };
    let answer = if args.yes || reporter.report.prompt().is_none() {
        Ok(Answer::Yes)
    } else {
        agreed(&work, nodes, &mut orders, (signals, &reporter)).await
    };
    match answer {
        Ok(Answer::Yes) => under_lease(work, nodes, (orders, signals), reporter).await,
        Ok(Answer::No) => reporter.finish(Exit::PartWay, 0),
        Err(failures) => reporter.failed(&failures),
    }
}

async fn under_lease(
    work: Work,
    nodes: &[LiveNode],
    (orders, signals): (Orders<'_>, &Signals),
    reporter: RunReporter<'_>,
) -> Exit {
    signals.begin();
    let Work { plan, files, .. } = work;
    // A large future, and a long one: it lives beside the stack.
    let events = reporter.events();
    match Box::pin(carry_out(&plan, nodes, &*files, events, orders)).await {
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
async fn collect(nodes: &[LiveNode], reporter: &RunReporter<'_>) {
    let events = reporter.events();
    for (node, evidence) in nodes.iter().zip(join_all(nodes.iter().map(LiveNode::evidence)).await) {
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
    nodes: &[LiveNode],
    orders: &mut Orders<'_>,
    (signals, reporter): (&Signals, &RunReporter<'_>),
) -> Result<Answer, Vec<Failure>> {
    let report = reporter.report;
    let unfinished = signals.at_work();
    Box::pin(settle(&work.plan, nodes, reporter.events(), orders)).await?;
    drop(unfinished);
    let seen = outlook(&work.plan, nodes, &*work.files, &work.acting, &**report).await?;
    if seen.outlook.pending() == 0 {
        return Ok(Answer::Yes);
    }
    let refusals = seen.checked.refusals();
    if refusals.is_empty() {
        report.emit(Event::Preview(seen.outlook));
    }
    // The diffs are long: what has to be known stands beside the question.
    seen.checked.tell(reporter.events(), &[]);
    if !refusals.is_empty() {
        return Err(refusals);
    }
    orders.agreed = seen.checked.verdict.warnings;
    let question = format!("Apply this to {}?", count(work.plan.hosts.len(), "host"));
    let ask = || report.prompt().map_or(Answer::No, |prompt| prompt.confirm(&question));
    Ok(tokio::task::block_in_place(ask))
}
