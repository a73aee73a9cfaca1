//! Waiting for a restarted member until every proof of promise A4 holds, in one life of the process.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::{POLL, error::LastSeen, round::Round, set_run::SetRun};
use crate::{
    cluster::{
        health::SetView,
        mode::TlsMode,
        readiness::{Criteria, Ready, check_ready},
        topology::{OpTime, ServerView},
    },
    event::Task,
    host::unit::Incarnation,
    instance::{
        Instance,
        look::{Activity, Fresh},
    },
    name::HostName,
};

/// Between two looks at a unit whose old process is ending.
const UNIT_POLL: Duration = Duration::from_millis(50);
/// Between two looks at a unit whose server does not answer yet.
const UNIT_CHECK: Duration = Duration::from_millis(400);

/// How long a member is waited for where somebody has asked twice to stop: a good one needs a few
/// seconds, and one that does not come back gets its old file then.
pub const URGENT: Duration = Duration::from_secs(30);

/// What is waited for.
pub(super) struct ComeBack<'a> {
    pub(super) host: &'a HostName,
    /// The life that was ended; empty where the host ended it and any life will do.
    pub(super) before: &'a Incarnation,
    /// The mode it has to run in.
    pub(super) mode: TlsMode,
    /// When the stop was asked for.
    pub(super) started: Instant,
    /// What the stop itself may take, on top of the time for the start.
    pub(super) stop: Duration,
    /// What was seen before.
    pub(super) round: &'a Round,
}

/// One look's result.
enum Seen {
    Ready(Ready, Incarnation),
    NotYet(String),
    /// Waiting cannot help.
    Dead(String),
}

/// Polls until the member is back, is dead, or the plan's `start_timeout` is over.
pub(super) async fn come_back<N: Instance>(
    set: &SetRun<'_, '_, N>,
    wait: ComeBack<'_>,
) -> Result<(Ready, Incarnation), LastSeen> {
    let Some(node) = set.run.node(wait.host) else {
        let words = "no such host".to_owned();
        return Err(LastSeen { after: wait.started.elapsed(), words });
    };
    set.run.working(wait.host, Task::AwaitingReady);
    let mut watch = Watch { set, node, wait, life: None, marker: None, asked: Instant::now() };
    loop {
        let seen = watch.look().await;
        let after = watch.wait.started.elapsed();
        match seen {
            Seen::Ready(back, life) => return Ok((back, life)),
            Seen::Dead(words) => return Err(LastSeen { after, words }),
            Seen::NotYet(words)
                if is_over(set, &watch.wait) || set.run.lost(watch.wait.host).await.is_some() =>
            {
                return Err(LastSeen { after, words });
            }
            Seen::NotYet(words) => set.run.seen(watch.wait.host, words),
        }
        sleep(POLL).await;
    }
}

/// The plan's deadline, somebody who cannot wait for it, or a host that will act by itself soon.
fn is_over<N: Instance>(set: &SetRun<'_, '_, N>, wait: &ComeBack<'_>) -> bool {
    let soon = set.state.armed.as_ref().is_some_and(|armed| armed.for_proof().is_zero());
    let urgent = set.run.options.cancel.is_urgent().then_some(URGENT);
    let patience = urgent.unwrap_or(Duration::MAX).min(set.run.start_timeout(wait.host));
    soon || wait.started.elapsed() > patience + wait.stop
}

struct Watch<'w, 'r, 'a, N: Instance> {
    set: &'w SetRun<'r, 'a, N>,
    node: &'a N,
    wait: ComeBack<'w>,
    /// The life that has to last to the end, and when it was first seen.
    life: Option<(Incarnation, Instant)>,
    /// Written on the primary once the new life was seen. Early, because a member picks a sync
    /// source only when somebody is ahead of it: on an idle set that takes ten seconds otherwise.
    marker: Option<OpTime>,
    /// When the unit was asked for last.
    asked: Instant,
}

impl<N: Instance> Watch<'_, '_, '_, N> {
    async fn look(&mut self) -> Seen {
        if self.life.is_none() {
            match self.new_life().await {
                Ok(life) => self.begin(life).await,
                Err(seen) => {
                    sleep(UNIT_POLL).await;
                    return seen;
                }
            }
        }
        let asked = Instant::now();
        let own = match self.node.view(Fresh::New).await {
            Ok(reading) => reading.view,
            Err(error) => return self.still_alive(error.chain()).await,
        };
        match self.judge(&own, asked).await {
            Ok(back) => self.same_life(back).await,
            Err(words) => Seen::NotYet(words),
        }
    }

    /// The server does not answer: now and then the unit is asked whether it still lives. Asking
    /// costs root and systemctl, which the starting server needs the processor for.
    async fn still_alive(&mut self, words: String) -> Seen {
        if self.asked.elapsed() < UNIT_CHECK {
            return Seen::NotYet(words);
        }
        self.asked = Instant::now();
        match self.new_life().await {
            // Restarted by systemd meanwhile: another life, counted from its beginning.
            Ok(life) if !self.is_same(&life) => {
                self.begin(life).await;
                Seen::NotYet(words)
            }
            Ok(_) => Seen::NotYet(words),
            Err(seen) => seen,
        }
    }

    async fn new_life(&self) -> Result<Incarnation, Seen> {
        let unit = self.node.unit().await.map_err(|error| Seen::NotYet(error.chain()))?;
        let words = format!("the unit is {}", unit.result);
        match unit.activity {
            Activity::Failed => Err(Seen::Dead(words)),
            // Between the stop and the start of one restart a unit is stopped too, in its old life.
            Activity::Stopped
                if !self.wait.before.invocation.is_empty()
                    && unit.life.invocation != self.wait.before.invocation =>
            {
                Err(Seen::Dead(words))
            }
            Activity::Active if unit.life.pid != 0 && &unit.life != self.wait.before => {
                Ok(unit.life)
            }
            _ => Err(Seen::NotYet("the old process is stopping".to_owned())),
        }
    }

    async fn same_life(&mut self, back: Ready) -> Seen {
        match self.new_life().await {
            Ok(life) if self.is_same(&life) => Seen::Ready(back, life),
            Ok(life) => {
                self.begin(life).await;
                Seen::NotYet("it was restarted once more by systemd".to_owned())
            }
            Err(seen) => seen,
        }
    }

    fn is_same(&self, life: &Incarnation) -> bool {
        self.life.as_ref().is_some_and(|(known, _)| known == life)
    }

    /// A life begins: only what is heard and written from now on counts.
    async fn begin(&mut self, life: Incarnation) {
        self.life = Some((life, Instant::now()));
        self.marker = None;
        let view = self.wait.round.survey.sets.values().find(|set| {
            let member = self.set.run.membership.member(self.wait.host);
            member.is_some_and(|member| set.view(member).is_some())
        });
        let leader = view.and_then(SetView::primary);
        if let Some((name, view)) = leader
            && let Some(primary) = self.set.run.node_of(name)
            && primary.host() != self.wait.host
        {
            self.marker = Some(marker(primary, view).await);
        }
    }

    async fn judge(&mut self, own: &ServerView, asked: Instant) -> Result<Ready, String> {
        let primary = self.primary(own).ok_or("no member is primary")?;
        let leader = primary.view(Fresh::Any).await.map_err(|error| error.chain())?.view;
        if self.marker.is_none() {
            self.marker = Some(marker(primary, &leader).await);
        }
        let marker = self.marker.unwrap_or_default();
        // Up to the moment of asking: what was heard while the answer was under way is younger.
        let heard_within =
            self.life.as_ref().map(|(_, since)| asked.saturating_duration_since(*since));
        let proof = Criteria { mode: self.wait.mode, marker, heard_within };
        check_ready(own, &leader, proof).map_err(|missing| missing.to_string())
    }

    /// Whom the member itself takes for the primary; before it knows one, who was it before the stop.
    fn primary(&self, own: &ServerView) -> Option<&N> {
        let known = own.status.primary().map(|member| member.name.clone());
        let before = || {
            let set = self.wait.round.survey.set_of(&own.status.me)?;
            set.primary().map(|(name, _)| name.clone())
        };
        self.set.run.node_of(&known.or_else(before)?)
    }
}

/// A place in the oplog that only a member which replicates now can reach.
///
/// Where the primary does not let us write a no-op, it is the next operation after its last one by
/// now: the server writes a no-op of its own every ten seconds.
pub(super) async fn marker<N: Instance>(primary: &N, leader: &ServerView) -> OpTime {
    if let Ok(marker) = primary.mark().await {
        return marker;
    }
    let now = primary.view(Fresh::Any).await;
    let leader = now.as_ref().map_or(leader, |reading| &reading.view);
    let applied = leader.status.own().map(|own| own.applied).unwrap_or_default();
    OpTime { increment: applied.increment.saturating_add(1), ..applied }
}
