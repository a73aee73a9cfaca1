//! Handing over: the primary is asked to step down, never forced, and a successor is waited for.

use std::time::Duration;

use tokio::time::Instant;

use super::{
    POLL,
    error::{NotReadyError, TlsModeError},
    sent::MOST_UNSENT,
    set_run::SetRun,
};
use crate::{
    cluster::health::{NotNow, SetView},
    error::{Designed, Exit, node_error::Outcome},
    event::{Event, Task},
    instance::Instance,
    name::HostName,
    steps::error::{ActError, Failure},
};

/// An election takes a second; one that takes longer than this needs a person.
const ELECTION: Duration = Duration::from_secs(30);

/// Asks the primary on `host` to step down and waits until every member agrees on its successor.
pub(super) async fn step_down<N: Instance>(
    set: &mut SetRun<'_, '_, N>,
    host: &HostName,
) -> Result<(), Failure> {
    let (Some(node), Some(member)) = (set.run.node(host), set.run.membership.member(host)) else {
        return Ok(());
    };
    set.run.working(host, Task::SteppingDown);
    let started = Instant::now();
    let asked = set.run.begin(host, "step down", "as primary", node.step_down()).await;
    let lost = match asked {
        Ok(()) => None,
        Err(error) if error.outcome == Outcome::Unknown => Some(error),
        // Anything but the server's own no says nothing about the secondaries.
        Err(source) if source.exit() != Exit::Refused => {
            return Err(ActError::new(host, "the step-down", source).into());
        }
        Err(source) => {
            let host = host.clone();
            return Err(TlsModeError::StepDownRefused { host, source }.into());
        }
    };
    let member = member.clone();
    let primary = loop {
        let survey = set.survey().await?;
        let view = survey.set_with(&member);
        let verdict = view.map_or(Err(NotNow::NoPrimary), |view| view.healthy(set.run.limits()));
        if let (Ok(()), Some((primary, _))) = (&verdict, view.and_then(SetView::primary))
            && primary != &member
        {
            break primary.clone();
        }
        let waited = started.elapsed();
        if waited > ELECTION {
            // The request was lost and the set is as it was: that is for the next decision.
            if verdict.is_ok() && set.state.resends < MOST_UNSENT {
                set.state.resends += 1;
                return Ok(());
            }
            if let (Ok(()), Some(source)) = (&verdict, lost) {
                return Err(set.unknown(host, "the step-down", source));
            }
            let why = verdict.err().unwrap_or(NotNow::NoPrimary);
            let doing = "the election after the step-down".to_owned();
            return Err(NotReadyError { doing, why, waited, detail: None }.into());
        }
        tokio::time::sleep(POLL).await;
    };
    set.run.count_change();
    if let Some(primary) = set.run.membership.host(&primary) {
        let (host, primary) = (host.clone(), primary.clone());
        set.run.emit(Event::SteppedDown { host, primary, took: started.elapsed() });
    }
    Ok(())
}
