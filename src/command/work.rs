//! A run that changes something, from its lease to its last word: the same for both directions.

use std::{path::Path, sync::Arc, time::Instant};

use futures_util::future::join_all;

use super::{
    Outcome,
    connect::{Connected, connect_ready},
    journal,
    load::{Loaded, load},
    outlook::{outlook, untouched},
    rollback,
    signals::Signals,
    teller::Teller,
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
    event::{Event, Sink},
    host::lease::Owner,
    instance::{Server, Service, live::LiveInstance},
    plan::Plan,
    report::{Reporter, prompt::Answer, words::count},
    steps::{
        confirm::AskPerson,
        error::Failure,
        plan_run::PlanRun,
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
    let journal = journal::open(state_dir, &loaded.plan, &owner)?;
    let teller = Teller { report, journal: &journal, run: &owner.run, started };
    if direction == Direction::Forward {
        teller.announce(&loaded.plan);
    }
    let time: &dyn Deadline = open.as_ref().map_or(&Unlimited, |open| open);
    let exit = match connect_ready(&loaded.plan, Some(&owner), report).await {
        Ok(connected) => {
            let nodes = &connected.instances;
            let exit = match turned(direction, loaded, nodes, &teller).await {
                Ok(work) => with_hosts(args, work, &connected, (time, &signals), teller).await,
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
    teller: &Teller<'_>,
) -> Result<Work, Exit> {
    match direction {
        Direction::Forward => {
            let Loaded { plan, files, limit } = loaded;
            Ok(Work { plan, files: Box::new(files), limit })
        }
        Direction::Back => {
            let work = rollback::turned(loaded, nodes).await;
            let told = |errors: Vec<_>| {
                let exits = errors.iter().map(|error| teller.wrong(error));
                exits.reduce(Exit::worst).unwrap_or(Exit::Bug)
            };
            let work = work.map_err(told)?;
            teller.announce(&work.plan);
            Ok(work)
        }
    }
}

async fn with_hosts(
    args: &ApplyArgs,
    work: Work,
    connected: &Connected,
    (deadline, signals): (&dyn Deadline, &Signals),
    teller: Teller<'_>,
) -> Exit {
    let nodes = &connected.instances;
    let options = RunOptions {
        limit: work.limit.clone(),
        cancel: signals.cancel.clone(),
        deadline,
        run: teller.run.to_owned(),
        journal: teller.journal,
    };
    let answer = if args.yes || teller.report.prompt().is_none() {
        Ok((Answer::Yes, Vec::new()))
    } else {
        let agreed = agreed(&work, nodes, &options, (signals, &teller)).await;
        agreed.map_err(untouched)
    };
    match answer {
        Ok((Answer::Yes, agreed)) => {
            under_lease(work, connected, (options, agreed, signals), teller).await
        }
        Ok((Answer::No, _)) => teller.finish(Exit::PartWay, "nothing was changed"),
        Err(failures) => teller.told(&failures),
    }
}

async fn under_lease(
    work: Work,
    connected: &Connected,
    (options, agreed, signals): (RunOptions<'_>, Vec<Finding>, &Signals),
    teller: Teller<'_>,
) -> Exit {
    signals.begin();
    let Work { plan, files, .. } = work;
    let Connected { machines, instances: nodes } = connected;
    let events = teller.events();
    let person = Terminal::of(teller.report);
    let mut run = Run::new(&plan, (machines, nodes), &*files, &events, options);
    run.person = person.as_ref().map(|person| person as &dyn AskPerson);
    let mut steps = PlanRun::new(run, agreed);
    // A large future, and a long one: it lives beside the stack.
    match Box::pin(carry_out(&mut steps, &events)).await {
        Ok(done) if done.changed == 0 => {
            teller.finish(Exit::Converged, "nothing had to be changed")
        }
        Ok(done) => {
            collect(nodes, &teller).await;
            let summary = format!("the plan is met after {}", count(done.changed, "change"));
            teller.finish(Exit::Converged, &summary)
        }
        Err(failures) => teller.told(&failures),
    }
}

/// What is true of every server now, for the record. What cannot be had is no failure: the run's own
/// proofs are done.
async fn collect(nodes: &[LiveInstance], teller: &Teller<'_>) {
    let events = teller.events();
    for (node, evidence) in nodes.iter().zip(join_all(nodes.iter().map(Server::evidence)).await) {
        match evidence {
            Ok(evidence) => events.emit(Event::Evidence(Box::new(evidence))),
            Err(error) => {
                let (host, text) = (Some(node.host().clone()), error.chain());
                let text = format!("no evidence of the end could be collected: {text}");
                events.emit(Event::Warning { host, text });
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
    (signals, teller): (&Signals, &Teller<'_>),
) -> Result<(Answer, Vec<Finding>), Vec<Failure>> {
    let report = teller.report;
    let unfinished = signals.at_work();
    Box::pin(settle(&work.plan, nodes, &teller.events(), options)).await?;
    drop(unfinished);
    let seen = outlook(&work.plan, nodes, &*work.files, &work.limit, &**report).await?;
    if seen.outlook.pending() == 0 {
        return Ok((Answer::Yes, Vec::new()));
    }
    let refusals = seen.checked.refusals();
    if refusals.is_empty() {
        report.outlook(&seen.outlook);
    }
    // The diffs are long: what has to be known stands beside the question.
    seen.checked.tell(&teller.events(), &[]);
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let question = format!("Apply this to {}?", count(work.plan.hosts.len(), "host"));
    let ask = || report.prompt().map_or(Answer::No, |prompt| prompt.confirm(&question));
    Ok((tokio::task::block_in_place(ask), seen.checked.verdict.warnings))
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
