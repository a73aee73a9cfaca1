//! `tlsplan apply PLAN`: bring the cluster to what the plan says.

use std::{path::Path, sync::Arc, time::Instant};

use super::{
    Outcome,
    connect::connect_ready,
    journal,
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
        orders::{Orders, TimeLeft, Unlimited},
        run::run as carry_out,
    },
    error::Exit,
    event::{Event, Sink},
    host::lease::Owner,
    journal::{Noted, RunJournal},
    member::live::LiveNode,
    report::{Reporter, prompt::Answer, words::count},
};

/// Carries out the plan, after a question where a person is there to answer it.
pub async fn run(args: &ApplyArgs, state_dir: Option<&Path>, report: &Arc<Reporter>) -> Outcome {
    let (started, signals) = (Instant::now(), Signals::listen(report));
    let loaded = load(&args.plan, report)?;
    let window = loaded.plan.window.clone().filter(|_| !args.ignore_window);
    let open = window.as_ref().map(Open::now).transpose()?;
    let owner = Owner::now(&loaded.plan.name, &loaded.plan.path);
    let journal = journal::open(state_dir, &loaded.plan, &owner)?;
    let teller = Teller { report, journal: &journal, run: &owner.run, started };
    teller.announce(&loaded);
    let time: &dyn TimeLeft = open.as_ref().map_or(&Unlimited, |open| open);
    let exit = match connect_ready(&loaded.plan, Some(&owner), report).await {
        Ok(nodes) => {
            let exit = with_hosts(args, loaded, &nodes, (time, &signals), teller).await;
            release(&nodes).await;
            exit
        }
        Err(exit) => exit,
    };
    Ok(journal::close(&journal, exit, report))
}

async fn with_hosts(
    args: &ApplyArgs,
    loaded: Loaded,
    nodes: &[LiveNode],
    (time, signals): (&dyn TimeLeft, &Signals),
    teller: Teller<'_>,
) -> Exit {
    let answer = if args.yes || teller.report.prompt().is_none() {
        Ok(Answer::Yes)
    } else {
        agreed(&loaded, nodes, teller.report).await
    };
    match answer {
        Ok(Answer::Yes) => under_lease(loaded, nodes, (time, signals), teller).await,
        Ok(Answer::No) => teller.finish(Exit::PartWay, "nothing was changed"),
        Err(failures) => teller.told(&failures),
    }
}

async fn under_lease(
    loaded: Loaded,
    nodes: &[LiveNode],
    (time, signals): (&dyn TimeLeft, &Signals),
    teller: Teller<'_>,
) -> Exit {
    signals.begin();
    let Loaded { plan, files, acting } = loaded;
    let journal = teller.journal;
    let orders = Orders { acting, cancel: signals.cancel.clone(), time, run: teller.run.to_owned(), journal };
    match carry_out(&plan, nodes, &files, &teller.events(), orders).await {
        Ok(done) if done.changed == 0 => {
            teller.finish(Exit::Converged, "nothing had to be changed")
        }
        Ok(done) => {
            let summary = format!("the plan is met after {}", count(done.changed, "change"));
            teller.finish(Exit::Converged, &summary)
        }
        Err(failures) => teller.told(&failures),
    }
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

/// Tells a run twice: to whoever reads the output, and to its journal.
#[derive(Clone, Copy)]
struct Teller<'a> {
    report: &'a Arc<Reporter>,
    journal: &'a RunJournal,
    run: &'a str,
    started: Instant,
}

impl<'a> Teller<'a> {
    fn events(&self) -> Noted<'a> {
        Noted::new(&**self.report, self.journal)
    }

    fn announce(&self, loaded: &Loaded) {
        let plan = &loaded.plan;
        self.events().emit(Event::PlanLoaded {
            name: plan.name.clone(),
            steps: plan.steps.iter().map(|step| step.name.clone()).collect(),
            hosts: plan.hosts.iter().map(|host| host.name.clone()).collect(),
        });
    }

    fn told(&self, failures: &[Failure]) -> Exit {
        for failure in failures {
            self.journal.error(failure);
            self.report.error(failure);
        }
        worst(failures)
    }

    fn finish(&self, exit: Exit, summary: &str) -> Exit {
        let (summary, took) = (summary.to_owned(), self.started.elapsed());
        self.events().emit(Event::Finished { exit, summary, took });
        exit
    }
}
