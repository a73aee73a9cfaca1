//! `tlsplan apply PLAN`: bring the cluster to what the plan says.

use std::{sync::Arc, time::Instant};

use super::{
    Outcome,
    connect::connect_ready,
    lease::release,
    load::{Loaded, load},
    outlook::{outlook, worst},
    signals::Signals,
    window::Open,
};
use crate::{
    cli::ApplyArgs,
    engine::{
        failure::Failure,
        journal::NoJournal,
        orders::{Orders, TimeLeft, Unlimited},
        run::run as carry_out,
    },
    error::Exit,
    event::Event,
    host::lease::Owner,
    member::live::LiveNode,
    report::{Reporter, prompt::Answer, words::count},
};

/// Carries out the plan, after a question where a person is there to answer it.
pub async fn run(args: &ApplyArgs, report: &Arc<Reporter>) -> Outcome {
    let (started, signals) = (Instant::now(), Signals::listen(report));
    let loaded = load(&args.plan, report)?;
    let window = loaded.plan.window.clone().filter(|_| !args.ignore_window);
    let open = window.as_ref().map(Open::now).transpose()?;
    announce(&loaded, report);
    let owner = Owner::now(&loaded.plan.name, &loaded.plan.path);
    let nodes = match connect_ready(&loaded.plan, Some(&owner), report).await {
        Ok(nodes) => nodes,
        Err(exit) => return Ok(exit),
    };
    let time: &dyn TimeLeft = open.as_ref().map_or(&Unlimited, |open| open);
    let outcome = if args.yes || report.prompt().is_none() {
        Ok(Answer::Yes)
    } else {
        agreed(&loaded, &nodes, report).await
    };
    let exit = match outcome {
        Ok(Answer::Yes) => {
            let limits = (time, &signals, owner.run);
            under_lease(loaded, &nodes, (started, limits), report).await
        }
        Ok(Answer::No) => finish(report, Exit::PartWay, "nothing was changed", started),
        Err(failures) => told(report, &failures),
    };
    release(&nodes).await;
    Ok(exit)
}

async fn under_lease(
    loaded: Loaded,
    nodes: &[LiveNode],
    (started, (time, signals, run)): (Instant, (&dyn TimeLeft, &Signals, String)),
    report: &Arc<Reporter>,
) -> Exit {
    signals.begin();
    let Loaded { plan, files, acting } = loaded;
    let journal = &NoJournal;
    let orders = Orders { acting, cancel: signals.cancel.clone(), time, run, journal };
    match carry_out(&plan, nodes, &files, &**report, orders).await {
        Ok(done) if done.changed == 0 => {
            finish(report, Exit::Converged, "nothing had to be changed", started)
        }
        Ok(done) => {
            let summary = format!("the plan is met after {}", count(done.changed, "change"));
            finish(report, Exit::Converged, &summary, started)
        }
        Err(failures) => told(report, &failures),
    }
}

fn announce(loaded: &Loaded, report: &Reporter) {
    let plan = &loaded.plan;
    report.event(&Event::PlanLoaded {
        name: plan.name.clone(),
        steps: plan.steps.iter().map(|step| step.name.clone()).collect(),
        hosts: plan.hosts.iter().map(|host| host.name.clone()).collect(),
    });
}

/// Shows what would be done and asks. A plan that is met already is not worth a question.
async fn agreed(
    loaded: &Loaded,
    nodes: &[LiveNode],
    report: &Arc<Reporter>,
) -> Result<Answer, Vec<Failure>> {
    let seen = outlook(&loaded.plan, nodes, &loaded.files, &loaded.acting, &**report).await?;
    if seen.outlook.pending() == 0 {
        return Ok(Answer::Yes);
    }
    report.outlook(&seen.outlook);
    let question = format!("Apply this to {}?", count(loaded.plan.hosts.len(), "host"));
    let ask = || report.prompt().map_or(Answer::No, |prompt| prompt.confirm(&question));
    Ok(tokio::task::block_in_place(ask))
}

fn told(report: &Reporter, failures: &[Failure]) -> Exit {
    for failure in failures {
        report.error(failure);
    }
    worst(failures)
}

fn finish(report: &Reporter, exit: Exit, summary: &str, started: Instant) -> Exit {
    let summary = summary.to_owned();
    report.event(&Event::Finished { exit, summary, took: started.elapsed() });
    exit
}
