//! `tlsplan plan PLAN`: connect, look, show what `apply` would do, change nothing.

use std::sync::Arc;

use super::{
    Outcome,
    connect::connect_ready,
    lease::tell,
    load::load,
    outlook::{outlook, untouched, worst},
};
use crate::{cli::PlanArgs, error::Exit, event::Event, report::Reporter, steps::error::Failure};

/// Shows the outlook. Ends with the code that `apply` would be refused with, or with 0.
pub async fn run(args: &PlanArgs, report: &Arc<Reporter>) -> Outcome {
    let loaded = load(args, report)?;
    let connected = match connect_ready(&loaded.plan, None, report).await {
        Ok(connected) => connected,
        Err(exit) => return Ok(exit),
    };
    tell(&connected.machines, report).await;
    let nodes = &connected.instances;
    match outlook(&loaded.plan, nodes, &loaded.files, &loaded.limit, &**report).await {
        Ok(seen) => {
            report.event(&Event::Ordered { members: seen.order });
            report.outlook(&seen.outlook);
            seen.checked.tell(&**report, &[]);
            let mut obstacles = seen.checked.refusals();
            obstacles.extend(seen.obstacle);
            Ok(told(obstacles, report))
        }
        Err(failures) => Ok(told(failures, report)),
    }
}

fn told(failures: Vec<Failure>, report: &Reporter) -> Exit {
    let errors = untouched(failures);
    for error in &errors {
        report.error(error);
    }
    worst(&errors)
}
