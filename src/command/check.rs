//! `tlsplan check PLAN`: everything that can be known without a connection.

use super::{Outcome, load::load};
use crate::{
    cli::PlanArgs,
    error::Exit,
    event::{Event, Fact, Sink},
    report::Reporter,
};

/// Reads the plan, and says so where nothing is wrong with it.
#[expect(clippy::unused_async, reason = "commands are called alike")]
pub async fn run(args: &PlanArgs, report: &Reporter) -> Outcome {
    let loaded = load(args, report)?;
    let plan = &loaded.plan;
    let (steps, hosts) = (plan.steps.len(), plan.hosts.len());
    let path = plan.path.display().to_string();
    report.emit(Event::Checked { hosts: Vec::new(), fact: Fact::Plan { path, steps, hosts } });
    Ok(Exit::Converged)
}
