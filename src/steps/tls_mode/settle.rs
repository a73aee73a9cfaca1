//! Before anything is judged: a change that an earlier run left unconfirmed comes to its end.
//!
//! The earlier run was killed or cut off between the stop of a member and its confirmation. A member
//! that is well is confirmed, one that is not gets its old file back, and the run stops with that.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::error::{RestartError, RevertResult};
use crate::{
    engine::{
        journal::Intent,
        journaled::{Weight, journalled},
        run_options::RunOptions,
    },
    error::{Designed, Exit},
    event::{Event, Sink, Warning},
    host::deadman::{Phase, RevertOutcome, SettleAction, SettleReport, SwitchStatus},
    instance::{
        Instance,
        look::{Activity, Look},
    },
    name::{HostName, UnitName},
    plan::Plan,
    steps::{
        error::{ActError, Failure, Paused},
        survey::{Survey, initial::first_look},
    },
};

/// Between two looks at a member that may still come back.
const POLL: Duration = Duration::from_millis(200);

/// Between two of systemd's words a unit is stopped for a moment in every restart.
const STOPPED: Duration = Duration::from_secs(5);

/// Settles every switch of an earlier run, one after another.
pub async fn settle<N: Instance>(
    plan: &Plan,
    nodes: &[N],
    events: &dyn Sink,
    options: &RunOptions<'_>,
) -> Result<(), Vec<Failure>> {
    let (started, mut told) = (Instant::now(), false);
    loop {
        let survey = first_look(nodes).await?;
        let open = |(host, look): &(HostName, Look)| {
            look.switch.clone().map(|switch| (host.clone(), switch))
        };
        let Some((host, switch)) = survey.looks.iter().find_map(open) else { return Ok(()) };
        if !told {
            let warning = Warning::EarlierRunUnfinished;
            events.emit(Event::Warning { host: Some(host.clone()), warning });
            told = true;
        }
        let waited = started.elapsed();
        let late = waited > start_timeout(plan, &host);
        if let Some(action) = action(&survey, &host, &switch, (waited, late)) {
            let ended = bring_to_end(nodes, options, (&host, &switch, action)).await;
            match ended.map_err(|failure| vec![failure])? {
                Some(ended) if ended.outcome == RevertOutcome::RolledBack => {
                    return Err(vec![left_over(plan, nodes, events, &host).await]);
                }
                Some(ended)
                    if needs_a_person(ended.outcome) || (late && !ended.outcome.is_final()) =>
                {
                    return Err(vec![given_up(plan, &host, &ended)]);
                }
                _ => {}
            }
        }
        if options.cancel.is_asked() {
            return Err(vec![Paused::Signal.into()]);
        }
        sleep(POLL).await;
    }
}

/// Asks the host; `None` where its gate is locked, for it is deciding by itself just now.
async fn bring_to_end<N: Instance>(
    nodes: &[N],
    options: &RunOptions<'_>,
    (host, switch, action): (&HostName, &SwitchStatus, SettleAction),
) -> Result<Option<SettleReport>, Failure> {
    let Some(node) = nodes.iter().find(|node| node.host() == host) else { return Ok(None) };
    let detail = format!("switch {} of an earlier run", switch.id);
    let intent = Intent { host: Some(host), act: "settle", detail };
    let settling = node.settle(&switch.id, action);
    match journalled(options.journal, Weight::Ends, intent, settling).await {
        Ok(ended) => Ok(Some(ended)),
        Err(source) if source.exit() == Exit::Locked && node.held().await.is_ok() => Ok(None),
        Err(source) => {
            let (host, doing) = (host.clone(), "the end of an earlier change");
            Err(ActError::Unknown { host, doing, reverts_in: None, source }.into())
        }
    }
}

fn needs_a_person(end: RevertOutcome) -> bool {
    matches!(end, RevertOutcome::RollbackFailed | RevertOutcome::Conflict)
}

fn given_up(plan: &Plan, host: &HostName, ended: &SettleReport) -> Failure {
    let (host, unit) = (host.clone(), unit(plan, host));
    let reverted = RevertResult::NotVerified(format!("the host says {}", ended.describe()));
    RestartError::PendingFromEarlierRun { host, unit, reverted }.into()
}

/// What shall become of a switch; `None` is to look again.
fn action(
    survey: &Survey,
    host: &HostName,
    switch: &SwitchStatus,
    (waited, late): (Duration, bool),
) -> Option<SettleAction> {
    let look = survey.look(host)?;
    let life = &look.unit.life;
    let restarted = (life.pid, life.invocation.as_str()) != (switch.life.0, switch.life.1.as_str());
    let (active, digest) = (look.unit.activity == Activity::Active, look.file.digest);
    let down = look.unit.activity == Activity::Failed
        || (look.unit.activity == Activity::Stopped && waited > STOPPED);
    match switch.phase {
        // The host is at it. One that was cut while it was goes on when it is asked to.
        Phase::Firing => late.then_some(SettleAction::Fire),
        Phase::Armed if active && !restarted && digest != switch.new => Some(SettleAction::Disarm),
        Phase::Armed if active && !restarted && switch.old == switch.new => {
            Some(SettleAction::Disarm)
        }
        // What answers has to be the process that was started, not the one that is stopping.
        Phase::Armed if active && restarted && digest == switch.new && is_well(survey, look) => {
            Some(SettleAction::Confirm)
        }
        Phase::Armed if down || late => Some(SettleAction::Fire),
        Phase::Armed => None,
    }
}

/// What ails a third member is no reason to restart this one.
fn is_well(survey: &Survey, look: &Look) -> bool {
    look.server.as_ref().is_ok_and(|reading| {
        let me = &reading.view.status.me;
        survey.set_of(me).is_some_and(|set| set.serves(me))
    })
}

/// The old file is in place: what is left is to see the member well.
async fn left_over<N: Instance>(
    plan: &Plan,
    nodes: &[N],
    events: &dyn Sink,
    host: &HostName,
) -> Failure {
    let (started, unit) = (Instant::now(), unit(plan, host));
    let mut last = "it was not looked at".to_owned();
    while started.elapsed() < start_timeout(plan, host) {
        if let Ok(survey) = first_look(nodes).await
            && let Some(look) = survey.look(host)
        {
            if look.switch.is_none() && is_well(&survey, look) {
                let took = started.elapsed();
                let fact = format!("well after {:.1}s", took.as_secs_f64());
                let (state, mode) = (None, None);
                events.emit(Event::Reverted { host: host.clone(), state, mode, took });
                let reverted = RevertResult::Verified(fact);
                return RestartError::PendingFromEarlierRun { host: host.clone(), unit, reverted }
                    .into();
            }
            last = match &look.server {
                Ok(_) => "it is not well in its set yet".to_owned(),
                Err(error) => error.chain(),
            };
        }
        sleep(POLL).await;
    }
    let reverted = RevertResult::NotVerified(format!("it has its old file, and last seen: {last}"));
    RestartError::PendingFromEarlierRun { host: host.clone(), unit, reverted }.into()
}

fn start_timeout(plan: &Plan, host: &HostName) -> Duration {
    plan.instance(host).map_or(Duration::ZERO, |instance| instance.start_timeout)
}

fn unit(plan: &Plan, host: &HostName) -> UnitName {
    let instance = plan.instance(host);
    instance.map_or_else(|| UnitName::new("mongod"), |instance| instance.service.clone())
}
