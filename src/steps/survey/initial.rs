//! The first look at a cluster: every server answers, and is the member of a set that the plan knows.

use std::{error::Error, time::Duration};

use tokio::time::Instant;

use super::Survey;
use crate::{
    client::database::{DatabaseError, NoSet},
    cluster::membership::Membership,
    engine::cancel::Cancel,
    error::{Designed, Exit, node_error::NodeError},
    event::{Event, Sink, Task},
    instance::{Instance, look::Activity},
    plan::Plan,
    steps::error::{Failure, MembershipError, ObserveError, Paused},
};

/// Between two looks at servers that are starting.
const POLL: Duration = Duration::from_millis(100);

/// The first look, with every host that could not be looked at.
pub async fn first_look<N: Instance>(nodes: &[N]) -> Result<Survey, Vec<Failure>> {
    Survey::take(&nodes.iter().collect::<Vec<_>>()).await.map_err(|errors| {
        let failure = |(host, source)| ObserveError::host(&host, source).into();
        errors.into_iter().map(failure).collect()
    })
}

/// The first look, waiting for servers that were restarted not long ago: by a run that was cut, or
/// by somebody else. A server that has been silent for longer than a start may take is not waited for.
pub async fn everybody<N: Instance>(
    plan: &Plan,
    nodes: &[N],
    events: &dyn Sink,
    cancel: &Cancel,
) -> Result<Survey, Vec<Failure>> {
    let (mut told, started) = (false, Instant::now());
    loop {
        let survey = first_look(nodes).await?;
        let Some((host, error)) = survey.silent() else { return Ok(survey) };
        let lone = without_set(&survey, NoSet::Standalone);
        if !lone.is_empty() {
            return Err(lone);
        }
        let limit = plan.instance(host).map_or(Duration::ZERO, |instance| instance.start_timeout);
        let unit = survey.look(host).map(|look| &look.unit);
        if error.exit() == Exit::Permission {
            return Err(refused(survey));
        }
        let young = unit.is_some_and(|unit| {
            unit.activity == Activity::Changing
                || (unit.activity == Activity::Active && unit.age.is_some_and(|age| age < limit))
        });
        // A unit that starts and dies in turns is young for ever; the wait as a whole ends.
        if !young || started.elapsed() > limit {
            if let Some(why) = no_set(error) {
                return Err(without_set(&survey, why));
            }
            let state = unit.map(|unit| format!("{:?}", unit.activity).to_lowercase());
            let words = format!("unit {}; {}", state.unwrap_or_default(), error.chain());
            let host = host.clone();
            return Err(vec![ObserveError::NotResponding { host, last_seen: words }.into()]);
        }
        if cancel.is_asked() {
            return Err(vec![Paused::Signal.into()]);
        }
        if !told {
            events.emit(Event::working(host, Task::AwaitingServer));
            told = true;
        }
        tokio::time::sleep(POLL).await;
    }
}

/// Why a server that answers has no set, where that is what it said.
fn no_set(error: &NodeError) -> Option<NoSet> {
    match error.source()?.downcast_ref()? {
        DatabaseError::NoSet(why) => Some(*why),
        _ => None,
    }
}

/// The hosts whose servers say this of themselves.
fn without_set(survey: &Survey, wanted: NoSet) -> Vec<Failure> {
    let said = survey.looks.iter().filter_map(|(host, look)| {
        let why = no_set(look.server.as_ref().err()?)?;
        (why == wanted).then(|| MembershipError::NotAMember { host: host.clone(), why }.into())
    });
    said.collect()
}

/// A refused login does not get better by waiting, and each attempt is one more in the server's log.
fn refused(survey: Survey) -> Vec<Failure> {
    let refused = survey.looks.into_iter().filter_map(|(host, look)| match look.server {
        Err(source) if source.exit() == Exit::Permission => {
            Some(ObserveError::host(&host, source).into())
        }
        _ => None,
    });
    refused.collect()
}

/// Which host runs which member.
pub fn who_is_who(survey: &Survey) -> Result<Membership, Vec<Failure>> {
    Membership::new(survey.views()).map_err(|mismatches| {
        mismatches.into_iter().map(|it| MembershipError::Set(it).into()).collect()
    })
}
