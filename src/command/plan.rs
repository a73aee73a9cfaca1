//! `tlsplan plan PLAN`: connect, look, show what `apply` would do, change nothing.

use std::sync::Arc;

use super::{
    Outcome,
    connect::connect_ready,
    lease::tell,
    load::load,
    outlook::{outlook, worst},
};
use crate::{
    cli::PlanArgs,
    error::Exit,
    event::{Event, Sink},
    report::Reporter,
    steps::failure::Failure,
};

/// Shows the outlook. Ends with the code that `apply` would be refused with, or with 0.
pub async fn run(args: &PlanArgs, report: &Arc<Reporter>) -> Outcome {
    let loaded = load(args, report)?;
    let nodes = match connect_ready(&loaded.plan, None, report).await {
        Ok(nodes) => nodes,
        Err(exit) => return Ok(exit),
    };
    tell(&nodes, report).await;
    match outlook(&loaded.plan, &nodes, &loaded.files, &loaded.acting, &**report).await {
        Ok(seen) => {
            report.emit(Event::Ordered { members: seen.order });
            report.emit(Event::Preview(seen.outlook));
            seen.checked.tell(&**report, &[]);
            let mut obstacles = seen.checked.refusals();
            obstacles.extend(seen.obstacle);
            Ok(told(&obstacles, report))
        }
        Err(failures) => Ok(told(&failures, report)),
    }
}

fn told(failures: &[Failure], report: &Reporter) -> Exit {
    for failure in failures {
        report.error(failure);
    }
    worst(failures)
}
