//! A restarted member that is well, in a set that is not: it stays as it is, and the run stops.
//!
//! Another member died while ours was down, or ours has yet to catch up. To put it back would take a
//! good member down a second time, for a fault that is not its own and that no file of its mends.

use crate::{
    cluster::{
        health::{HEARTBEAT_FRESH, NotNow, SetView, own_state},
        innocent::Blame,
        mode::TlsMode,
        topology::{MemberState, ServerView},
    },
    event::Event,
    host::unit::Incarnation,
    instance::node::{Activity, Fresh, Node},
    name::HostName,
    steps::{
        context::Run,
        failure::{Failure, LastSeen},
    },
};

/// What is known of a restart.
#[derive(Clone, Copy)]
pub(super) struct Was<'a> {
    /// The life that was ended.
    pub(super) life: &'a Incarnation,
    /// The mode that it was brought to.
    pub(super) mode: TlsMode,
}

/// A member without fault.
pub(super) struct Innocent {
    state: MemberState,
    life: Incarnation,
    /// What ails its set.
    why: NotNow,
}

/// Looks at the whole set once more; `None` where the member may be at fault itself. One that is down is
/// known by its own word alone: its way back waits for nobody else. And because a look at a sick set takes
/// its time, the member and its primary have the last word, in the same life.
pub(super) async fn innocent<N: Node>(
    run: &Run<'_, N>,
    host: &HostName,
    was: Was<'_>,
) -> Option<Innocent> {
    let node = run.node(host)?;
    let (_, life) = alive(node, was).await?;
    let survey = run.survey().await.ok()?;
    let me = run.roster.member(host)?;
    let set = survey.set_of(me)?;
    let why = set.is_innocent(me).then(|| set.healthy(run.limits()).err())??;
    let primary = run.node_of(set.primary()?.0)?;
    let (own, leader) = tokio::join!(alive(node, was), primary.view(Fresh::Any));
    let ((own, still), leader) = (own?, leader.ok()?.view);
    let state = own_state(&own)?;
    let members = [own, leader].map(|view| (view.status.me.clone(), view)).to_vec();
    (still == life && SetView { members }.serves(me)).then_some(Innocent { state, life, why })
}

/// The member in its new life and mode, as long ago as makes every heartbeat one of this life.
async fn alive<N: Node>(node: &N, was: Was<'_>) -> Option<(ServerView, Incarnation)> {
    let look = node.look().await.ok()?;
    let (view, life) = (look.server.ok()?.view, look.unit.life);
    let settled = look.unit.age.is_some_and(|age| age > HEARTBEAT_FRESH);
    let lives = look.unit.activity == Activity::Active && &life != was.life && settled;
    (lives && view.mode == was.mode).then_some((view, life))
}

impl Innocent {
    /// Tells of it, and stops the run for what ails the set.
    pub(super) fn keep<N: Node>(
        self,
        run: &mut Run<'_, N>,
        host: &HostName,
        last: &LastSeen,
    ) -> Failure {
        run.proofs.moved(host);
        run.lives.insert(host.clone(), self.life);
        let fact = format!("on its new file, {}: it does its part, and stays", self.state);
        run.emit(Event::Kept { host: host.clone(), fact });
        let doing = format!("what follows the restart of `{host}`");
        let detail = Some(last.words.clone());
        Failure::NotNow { doing, why: self.why, waited: last.after, begun: run.begun(), detail }
    }
}

/// Whose fault it is that members could not be proved, by one more look at the whole cluster. What cannot
/// be seen clears nobody, and of two sets in trouble each has its own reasons.
pub(super) async fn whose_fault<N: Node>(run: &Run<'_, N>, hosts: &[HostName]) -> Blame {
    let unproved = hosts.iter().filter_map(|host| run.roster.member(host).cloned());
    let mut unproved: Vec<_> = unproved.collect();
    let unclear = match unproved.as_slice() {
        [one] => Blame::One(one.clone()),
        _ => Blame::Unclear,
    };
    let Ok(survey) = run.survey().await else { return unclear };
    let (mut guilty, mut others) = (Vec::new(), Vec::new());
    for set in survey.sets().into_values() {
        let (theirs, rest): (Vec<_>, _) = unproved.into_iter().partition(|it| set.knows(it));
        unproved = rest;
        if theirs.is_empty() {
            continue;
        }
        match set.blame(&theirs, run.limits()) {
            Blame::Others(why) => others.push(why),
            Blame::One(member) => guilty.push(member),
            Blame::Unclear => return Blame::Unclear,
        }
    }
    match (guilty.pop(), others.pop(), unproved.is_empty()) {
        (Some(one), _, true) if guilty.is_empty() => Blame::One(one),
        (None, Some(why), true) => Blame::Others(why),
        _ => unclear,
    }
}
