//! `tlsplan plan PLAN`: connect, look, show what `apply` would do, change nothing.

use std::sync::Arc;

use super::{
    Outcome,
    connect::connect_ready,
    failures::{untouched, worst},
    lease::{tell, tell_of_switch},
    load::load,
};
use crate::{
    cli::PlanArgs,
    error::Exit,
    event::{Event, Sink},
    report::Reporter,
    steps::{error::Failure, preview::preview},
};

/// Shows the preview. Ends with the code that `apply` would be refused with, or with 0.
pub async fn run(args: &PlanArgs, report: &Arc<Reporter>) -> Outcome {
    let loaded = load(args, report)?;
    let connected = match connect_ready(&loaded.plan, None, report).await {
        Ok(connected) => connected,
        Err(exit) => return Ok(exit),
    };
    tell(&connected.machines, report).await;
    let nodes = &connected.instances;
    match preview(&loaded.plan, nodes, &loaded.files, &loaded.limit, &**report).await {
        Ok(seen) => {
            let mut obstacles = Vec::new();
            if let Some(admission) = &seen.admission {
                for (host, look) in &admission.survey.looks {
                    tell_of_switch(host, look, &**report);
                }
                report.emit(Event::Ordered { members: admission.order() });
            }
            report.emit(Event::Preview(seen.preview));
            if let Some(admission) = &seen.admission {
                admission.checked.tell(&**report, &[]);
                obstacles = admission.checked.refusals();
            }
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
