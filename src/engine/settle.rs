//! Before anything is judged: a change that an earlier run left unconfirmed comes to its end.
//!
//! The earlier run was killed or cut off between the stop of a member and its confirmation. A member
//! that is well is confirmed, one that is not gets its old file back, and the run stops with that.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::{
    act::{Weight, journalled},
    failure::{Begun, Failure, WayBack},
    journal::Intent,
    orders::Orders,
    run::first_look,
    survey::Survey,
};
use crate::{
    cluster::topology::{Reach, ServerView},
    event::{Event, Sink},
    host::deadman::{Phase, SwitchEnd, SwitchNow, Wish},
    member::node::{Activity, Look, Node},
    name::{HostName, MemberName},
    plan::Plan,
};

/// Between two looks at a member that may still come back.
const POLL: Duration = Duration::from_millis(200);

/// Settles every switch of an earlier run, one after another.
pub async fn settle<N: Node>(
    plan: &Plan,
    nodes: &[N],
    events: &dyn Sink,
    orders: &Orders<'_>,
) -> Result<(), Vec<Failure>> {
    let (started, mut told) = (Instant::now(), false);
    loop {
        let survey = first_look(nodes).await?;
        let open =
            survey.looks.iter().find_map(|(host, look)| Some((host, look, look.switch.as_ref()?)));
        let Some((host, look, switch)) = open else { return Ok(()) };
        if !told {
            let text = "an earlier run was cut in mid-restart here; bringing that to its end first";
            events.emit(Event::Warning { host: Some(host.clone()), text: text.to_owned() });
            told = true;
        }
        let patience = plan.mongodb.start_timeout;
        let wish = wish(&survey, look, switch, started.elapsed() > patience);
        let Some(wish) = wish else {
            if orders.cancel.is_asked() {
                return Err(vec![Failure::Stopped { begun: Begun::No }]);
            }
            sleep(POLL).await;
            continue;
        };
        let Some(node) = nodes.iter().find(|node| node.host() == host) else { return Ok(()) };
        let detail = format!("switch {} of an earlier run", switch.id);
        let intent = Intent { host: Some(host), act: "settle", detail };
        let settling = node.settle(&switch.id, wish);
        let ended = journalled(orders.journal, Weight::Ends, intent, settling).await;
        let ended = ended.map_err(|source| {
            let (host, doing) = (host.clone(), "the end of an earlier change");
            vec![Failure::Unknown { host, doing, heals: None, source }]
        })?;
        match ended.end {
            SwitchEnd::RolledBack if wish == Wish::Fire => {
                return Err(vec![left_over(plan, nodes, events, host).await]);
            }
            SwitchEnd::RollbackFailed | SwitchEnd::Conflict => {
                let (host, unit) = (host.clone(), plan.mongodb.service.clone());
                let way_back = WayBack::NotVerified(format!("the host says {}", ended.words()));
                return Err(vec![Failure::LeftOver { host, unit, way_back }]);
            }
            _ => {}
        }
    }
}

/// What shall become of a switch; `None` is to look again.
fn wish(survey: &Survey, look: &Look, switch: &SwitchNow, late: bool) -> Option<Wish> {
    let down = matches!(look.unit.activity, Activity::Failed | Activity::Stopped);
    match switch.phase {
        // The host is at it. One that never ends is asked for the reason.
        Phase::Firing => late.then_some(Wish::Look),
        Phase::Armed if look.file.digest == switch.old && switch.old != switch.new && !down => {
            Some(Wish::Disarm)
        }
        Phase::Armed if look.file.digest == switch.new && is_well(survey, look) => {
            Some(Wish::Confirm)
        }
        Phase::Armed if down || late || look.file.digest != switch.new => Some(Wish::Fire),
        Phase::Armed => None,
    }
}

/// In service by its own word, and it and its primary see each other. What ails a third member is no
/// reason to restart this one.
fn is_well(survey: &Survey, look: &Look) -> bool {
    let Ok(reading) = &look.server else { return false };
    let own = &reading.view;
    let (me, set) = (&own.status.me, survey.set_of(&own.status.me).unwrap_or_default());
    let Some((primary, leader)) = set.primary() else { return false };
    let serves = |view: &ServerView, member: &MemberName| {
        let seen = view.status.members.iter().find(|seen| &seen.name == member);
        seen.is_some_and(|seen| seen.state.in_service() && seen.reach != Reach::Down)
    };
    serves(own, me) && serves(own, primary) && serves(leader, me)
}

/// The old file is in place: what is left is to see the member well.
async fn left_over<N: Node>(
    plan: &Plan,
    nodes: &[N],
    events: &dyn Sink,
    host: &HostName,
) -> Failure {
    let (started, unit) = (Instant::now(), plan.mongodb.service.clone());
    let mut last = "it was not looked at".to_owned();
    while started.elapsed() < plan.mongodb.start_timeout {
        if let Ok(survey) = first_look(nodes).await
            && let Some(look) = survey.look(host)
        {
            if look.switch.is_none() && is_well(&survey, look) {
                let fact = format!("well after {:.1}s", started.elapsed().as_secs_f64());
                events.emit(Event::PutBack { host: host.clone(), fact: fact.clone() });
                let way_back = WayBack::Verified(fact);
                return Failure::LeftOver { host: host.clone(), unit, way_back };
            }
            last = match &look.server {
                Ok(_) => "it is not well in its set yet".to_owned(),
                Err(error) => error.chain(),
            };
        }
        sleep(POLL).await;
    }
    let way_back = WayBack::NotVerified(format!("it has its old file, and last seen: {last}"));
    Failure::LeftOver { host: host.clone(), unit, way_back }
}
