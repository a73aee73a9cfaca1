//! A restarted member that is well, in a set that is not: it stays as it is, and the run stops.
//!
//! Another member died while ours was down, or ours has yet to catch up. To put it back would take a
//! good member down a second time, for a fault that is not its own and that no file of its mends.

use super::{
    error::{LastSeen, NotReadyError},
    set_run::SetRun,
};
use crate::{
    cluster::{
        attribution::Suspect,
        health::{HEARTBEAT_FRESH, NotNow, SetView, own_state},
        mode::TlsMode,
        topology::{MemberState, ServerView},
    },
    event::Event,
    host::unit::Incarnation,
    instance::{
        Instance,
        look::{Activity, Fresh},
    },
    name::HostName,
    steps::error::Failure,
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
pub(super) async fn innocent<N: Instance>(
    set: &SetRun<'_, '_, N>,
    host: &HostName,
    was: Was<'_>,
) -> Option<Innocent> {
    let node = set.run.node(host)?;
    let (_, life) = alive(node, was).await?;
    let survey = set.survey().await.ok()?;
    let me = set.run.membership.member(host)?;
    let view = survey.set_of(me)?;
    let why = view.is_bystander(me).then(|| view.healthy(set.run.limits()).err())??;
    let primary = set.run.node_of(view.primary()?.0)?;
    let (own, leader) = tokio::join!(alive(node, was), primary.view(Fresh::Any));
    let ((own, still), leader) = (own?, leader.ok()?.view);
    let state = own_state(&own)?;
    let members = [own, leader].map(|view| (view.status.me.clone(), view)).to_vec();
    (still == life && SetView { members }.serves(me)).then_some(Innocent { state, life, why })
}

/// The member in its new life and mode, as long ago as makes every heartbeat one of this life.
async fn alive<N: Instance>(node: &N, was: Was<'_>) -> Option<(ServerView, Incarnation)> {
    let look = node.look().await.ok()?;
    let (view, life) = (look.server.ok()?.view, look.unit.life);
    let settled = look.unit.age.is_some_and(|age| age > HEARTBEAT_FRESH);
    let lives = look.unit.activity == Activity::Active && &life != was.life && settled;
    (lives && view.mode == was.mode).then_some((view, life))
}

impl Innocent {
    /// Tells of it, and stops the run for what ails the set.
    pub(super) fn keep<N: Instance>(
        self,
        set: &mut SetRun<'_, '_, N>,
        host: &HostName,
        last: &LastSeen,
    ) -> Failure {
        set.state.proofs.moved(host);
        set.state.lives.insert(host.clone(), self.life);
        set.run.emit(Event::Kept { host: host.clone(), state: self.state });
        let doing = format!("what follows the restart of `{host}`");
        let detail = Some(last.words.clone());
        NotReadyError { doing, why: self.why, waited: last.after, detail }.into()
    }
}

/// Whose fault it is that members could not be proved, by one more look at the whole cluster. What cannot
/// be seen clears nobody, and of two sets in trouble each has its own reasons.
pub(super) async fn whose_fault<N: Instance>(
    set: &SetRun<'_, '_, N>,
    hosts: &[HostName],
) -> Suspect {
    let unproved = hosts.iter().filter_map(|host| set.run.membership.member(host).cloned());
    let mut unproved: Vec<_> = unproved.collect();
    let unclear = match unproved.as_slice() {
        [one] => Suspect::One(one.clone()),
        _ => Suspect::Unclear,
    };
    let Ok(survey) = set.survey().await else { return unclear };
    let (mut guilty, mut others) = (Vec::new(), Vec::new());
    for view in survey.sets.values() {
        let (theirs, rest): (Vec<_>, _) = unproved.into_iter().partition(|it| view.knows(it));
        unproved = rest;
        if theirs.is_empty() {
            continue;
        }
        match view.suspect(&theirs, set.run.limits()) {
            Suspect::Others(why) => others.push(why),
            Suspect::One(member) => guilty.push(member),
            Suspect::Unclear => return Suspect::Unclear,
        }
    }
    match (guilty.pop(), others.pop(), unproved.is_empty()) {
        (Some(one), _, true) if guilty.is_empty() => Suspect::One(one),
        (None, Some(why), true) => Suspect::Others(why),
        _ => unclear,
    }
}
