//! Handing over: the primary is asked to step down, never forced, and a successor is waited for.

use std::time::Duration;

use tokio::time::Instant;

use super::{POLL, sent::MOST_UNSENT};
use crate::{
    cluster::health::NotNow,
    error::{Designed, Exit, node_error::Outcome},
    event::{Event, Task},
    instance::node::Node,
    name::HostName,
    steps::{
        context::Run,
        failure::{Begun, Failure},
    },
};

/// An election takes a second; one that takes longer than this needs a person.
const ELECTION: Duration = Duration::from_secs(30);

/// Asks the primary on `host` to step down and waits until every member agrees on its successor.
pub(super) async fn step_down<N: Node>(
    run: &mut Run<'_, N>,
    host: &HostName,
) -> Result<(), Failure> {
    let (Some(node), Some(member)) = (run.node(host), run.roster.member(host)) else {
        return Ok(());
    };
    run.working(host, Task::SteppingDown);
    let started = Instant::now();
    let asked = run.begin(host, "step down", "as primary", node.step_down()).await;
    let lost = match asked {
        Ok(()) => None,
        Err(error) if error.outcome == Outcome::Unknown => Some(error),
        // Anything but the server's own no says nothing about the secondaries.
        Err(source) if source.exit() != Exit::Refused => {
            return Err(Failure::of_act(host, "the step-down", run.begun(), source));
        }
        Err(source) => {
            let (host, begun) = (host.clone(), run.begun());
            return Err(Failure::StaysPrimary { host, begun, source });
        }
    };
    let member = member.clone();
    let primary = loop {
        let survey = run.survey().await?;
        let set = survey.set_with(&member).unwrap_or_default();
        let verdict = set.healthy(run.limits());
        if let (Ok(()), Some((primary, _))) = (&verdict, set.primary())
            && primary != &member
        {
            break primary.clone();
        }
        let waited = started.elapsed();
        if waited > ELECTION {
            // The request was lost and the set is as it was: that is for the next decision.
            if verdict.is_ok() && run.unsent < MOST_UNSENT {
                run.unsent += 1;
                return Ok(());
            }
            if let (Ok(()), Some(source)) = (&verdict, lost) {
                return Err(run.unknown(host, "the step-down", source));
            }
            let why = verdict.err().unwrap_or(NotNow::NoPrimary);
            let doing = "the election after the step-down".to_owned();
            return Err(Failure::NotNow { doing, why, waited, begun: Begun::Yes, detail: None });
        }
        tokio::time::sleep(POLL).await;
    };
    run.changed += 1;
    if let Some(primary) = run.roster.host(&primary) {
        let (host, primary) = (host.clone(), primary.clone());
        run.emit(Event::SteppedDown { host, primary, took: started.elapsed() });
    }
    Ok(())
}
