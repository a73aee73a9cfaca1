//! `tlsplan check PLAN`: everything that can be known without a connection.

use super::{Outcome, load::load};
use crate::{
    cli::PlanArgs,
    error::Exit,
    event::Event,
    report::{Reporter, words::count},
};

/// Reads the plan, and says so where nothing is wrong with it.
#[expect(clippy::unused_async, reason = "commands are called alike")]
pub async fn run(args: &PlanArgs, report: &Reporter) -> Outcome {
    let loaded = load(args, report)?;
    let plan = &loaded.plan;
    let (steps, hosts) = (count(plan.steps.len(), "step"), count(plan.hosts.len(), "host"));
    let path = plan.path.display();
    let fact =
        format!("{path}: {steps} on {hosts}, nothing wrong that can be seen without a connection");
    report.event(&Event::Checked { hosts: Vec::new(), fact });
    Ok(Exit::Converged)
}
