//! A restarted member that is well, in a set that is not: it stays as it is, and the run stops.
//!
//! Another member died while ours was down, or ours has yet to catch up. To put it back would take a
//! good member down a second time, for a fault that is not its own and that no file of its mends.

use std::time::Duration;

use tokio::time::Instant;

use crate::{
    cluster::{
        back::Back,
        health::{NotNow, lag, own_state},
        innocent::Blame,
        mode::TlsMode,
    },
    engine::{
        context::Run,
        failure::{Failure, LastSeen},
    },
    event::Event,
    member::node::{Activity, Life, Node},
    name::HostName,
};

/// What is known of a restart.
#[derive(Clone, Copy)]
pub(super) struct Was<'a> {
    /// The life that was ended.
    pub(super) life: &'a Life,
    /// The mode that it was brought to.
    pub(super) mode: TlsMode,
    /// When the stop was asked for.
    pub(super) started: Instant,
}

/// A member without fault.
pub(super) struct Innocent {
    back: Back,
    life: Life,
    /// What ails its set.
    why: NotNow,
}

/// Looks at the whole set once more; `None` where the member may be at fault itself.
pub(super) async fn innocent<N: Node>(
    run: &Run<'_, N>,
    host: &HostName,
    was: Was<'_>,
) -> Option<Innocent> {
    let survey = run.survey().await.ok()?;
    let look = survey.look(host)?;
    let own = &look.server.as_ref().ok()?.view;
    let (me, life) = (&own.status.me, look.unit.life.clone());
    let set = survey.set_of(me)?;
    let lives = look.unit.activity == Activity::Active && &life != was.life;
    if !lives || own.mode != was.mode || !set.is_innocent(me) {
        return None;
    }
    let why = set.healthy(run.limits()).err()?;
    let lag = set.primary().map_or(Duration::ZERO, |(_, leader)| lag(own, leader));
    Some(Innocent { back: Back { state: own_state(own)?, lag }, life, why })
}

impl Innocent {
    /// Tells of it, and stops the run for what ails the set. The proof is owed: the next run asks for it.
    pub(super) fn keep<N: Node>(
        self,
        run: &mut Run<'_, N>,
        host: &HostName,
        was: Was<'_>,
        last: &LastSeen,
    ) -> Failure {
        run.proofs.moved(host);
        run.lives.insert(host.clone(), self.life);
        run.emit(Event::Restarted {
            host: host.clone(),
            unit: run.plan.mongodb.service.clone(),
            state: self.back.state,
            took: was.started.elapsed(),
            lag: self.back.lag,
        });
        let doing = format!("what follows the restart of `{host}`");
        let detail = Some(last.words.clone());
        Failure::NotNow { doing, why: self.why, waited: last.after, begun: run.begun(), detail }
    }
}

/// Whose fault it is that members could not be proved.
pub(super) enum Fault {
    /// None of them.
    Others(NotNow),
    /// This one's.
    One(HostName),
    /// It cannot be told.
    Unclear,
}

/// Looks at the whole cluster once more. What cannot be seen clears nobody.
pub(super) async fn whose_fault<N: Node>(run: &Run<'_, N>, hosts: &[HostName]) -> Fault {
    let unclear = || match hosts {
        [one] => Fault::One(one.clone()),
        _ => Fault::Unclear,
    };
    let Ok(survey) = run.survey().await else { return unclear() };
    let unproved: Vec<_> =
        hosts.iter().filter_map(|host| run.roster.member(host).cloned()).collect();
    let mut blames = survey.sets().into_values().filter_map(|set| {
        let theirs: Vec<_> = unproved.iter().filter(|it| set.knows(it)).cloned().collect();
        (!theirs.is_empty()).then(|| set.blame(&theirs, run.limits()))
    });
    let Some(first) = blames.next() else { return unclear() };
    match (first, blames.all(|blame| matches!(blame, Blame::Others(_)))) {
        (Blame::Others(why), true) => Fault::Others(why),
        (Blame::One(member), true) => {
            run.roster.host(&member).cloned().map_or(Fault::Unclear, Fault::One)
        }
        _ => Fault::Unclear,
    }
}
