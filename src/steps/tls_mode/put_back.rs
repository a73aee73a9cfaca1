//! The way back for one host: its old file, a restart, and the same proof as on the way forward.

use std::time::Duration;

use tokio::time::Instant;

use super::{
    back::{ComeBack, come_back},
    config_files::Previous,
    error::RevertResult,
    previous::previous,
    round::Round,
    set_run::SetRun,
    switch::{disarm, settle},
};
use crate::{
    error::{Designed, Exit, node_error::NodeError},
    event::{Event, Task},
    host::{
        deadman::{RevertOutcome, SettleAction, SettleReport},
        digest::Digest,
        unit::Incarnation,
    },
    instance::{
        Instance,
        look::{Activity, FileChange},
    },
    name::HostName,
    steps::error::{Failure, ObserveError},
};

/// How long a server that does not listen any more may take to stop: then systemd kills it. To wait for
/// that is better than to call a person in vain. See `DefaultTimeoutStopSec` in systemd-system.conf(5).
pub(super) const STOP: Duration = Duration::from_secs(90);

/// Puts the host back on the file it had before this run replaced it, and proves it. The error is a
/// host that cannot be asked and helps itself.
pub(super) async fn put_back<N: Instance>(
    set: &mut SetRun<'_, '_, N>,
    round: &Round,
    host: &HostName,
) -> Result<RevertResult, NodeError> {
    let Some(previous) = previous(set, round, host).await else {
        // Then the switch of its host has nothing older either.
        disarm(set).await;
        let words = "its file was in place before this run began, and none of the earlier ones in /var/lib/tlsplan/prev is of the mode before";
        return Ok(RevertResult::NotTried(words.to_owned()));
    };
    let armed = set.state.armed.as_ref().filter(|armed| &armed.host == host);
    match may_restart(set, host).await {
        Ok(()) => {}
        // What cannot be seen cannot be judged. A host with a switch judges by itself.
        Err(Kept::Unseen(source)) if armed.is_some() => return Err(source),
        Err(kept) => {
            let itself = armed.map(|armed| {
                let left = armed.left().as_secs();
                format!("; in {left}s its host asks it once more, and puts it back unless it answers well")
            });
            let itself = itself.unwrap_or_default();
            let words = format!(
                "it was not restarted, for the set could not do without it: {kept}{itself}"
            );
            return Ok(RevertResult::NotTried(words));
        }
    }
    set.run.emit(Event::Failed { host: host.clone(), unit: set.run.unit(host) });
    set.run.working(host, Task::Reverting);
    let started = Instant::now();
    let back_to = Digest::from_content(previous.text.as_bytes());
    match set.state.armed.take_if(|armed| &armed.host == host) {
        Some(armed) if armed.back_to == back_to => {
            return match settle(set, &armed, SettleAction::Fire).await {
                Ok(ended) => Ok(went_back(set, round, host, &previous, (ended, started)).await),
                Err(error) => {
                    set.state.armed = Some(armed);
                    Err(error)
                }
            };
        }
        // Armed with another file than the one that is meant: that helps nobody now.
        Some(armed) => {
            set.state.armed = Some(armed);
            disarm(set).await;
        }
        None => {}
    }
    restart_on(set, round, host, &previous, started).await
}

/// The controller's own way back: the old file and a restart, in one go. The error is a host that is not
/// ours, where nothing was done.
async fn restart_on<N: Instance>(
    set: &mut SetRun<'_, '_, N>,
    round: &Round,
    host: &HostName,
    previous: &Previous,
    started: Instant,
) -> Result<RevertResult, NodeError> {
    let not = |words: String| Ok(RevertResult::NotVerified(words));
    let Some(node) = set.run.node(host) else { return not("no such host".to_owned()) };
    let before = match node.unit().await {
        Ok(unit) => unit.life,
        Err(error) => return not(format!("it cannot be looked at: {}", error.chain())),
    };
    let change = FileChange::between(&previous.replaced_by, &previous.text);
    let restarting = node.restart(Some(&change));
    match set.run.end(host, "put back", change.describe(), restarting).await {
        Ok(()) => Ok(prove(set, round, host, previous, (before, started)).await),
        Err(error) if error.exit() == Exit::Locked => Err(error),
        Err(error) => not(format!("the way back failed: {}", error.chain())),
    }
}

/// What the host says it did, and the proof of it.
pub(super) async fn went_back<N: Instance>(
    set: &mut SetRun<'_, '_, N>,
    round: &Round,
    host: &HostName,
    previous: &Previous,
    (ended, started): (SettleReport, Instant),
) -> RevertResult {
    match ended.outcome {
        // The life that was ended is not known any more; any life in the old mode is the new one.
        RevertOutcome::RolledBack => {
            prove(set, round, host, previous, (Incarnation::default(), started)).await
        }
        // Its time had run out before anything was changed.
        RevertOutcome::Unused | RevertOutcome::Gone => {
            let again = restart_on(set, round, host, previous, started).await;
            again.unwrap_or_else(|error| RevertResult::NotVerified(error.chain()))
        }
        _ => RevertResult::NotVerified(format!("the host says {}", ended.describe())),
    }
}

async fn prove<N: Instance>(
    set: &mut SetRun<'_, '_, N>,
    round: &Round,
    host: &HostName,
    previous: &Previous,
    (before, started): (Incarnation, Instant),
) -> RevertResult {
    let mode = previous.mode;
    let wait = ComeBack { host, before: &before, mode, started, stop: STOP, round };
    match come_back(set, wait).await {
        Ok((back, life)) => {
            set.state.lives.insert(host.clone(), life);
            let (state, took) = (back.state, started.elapsed());
            let fact = format!("{state} in {mode} after {:.1}s", took.as_secs_f64());
            let (state, mode) = (Some(state), Some(mode));
            set.run.emit(Event::Reverted { host: host.clone(), state, mode, took });
            RevertResult::Verified(fact)
        }
        Err(last) => RevertResult::NotVerified(format!("it has its old file, and {last}")),
    }
}

/// Why a member is not restarted on its way back.
#[derive(Debug, thiserror::Error)]
enum Kept {
    /// A host cannot be looked at.
    #[error("{}", .0.chain())]
    Unseen(NodeError),
    /// The set needs it, or nothing is known of it.
    #[error("{0}")]
    Needed(String),
}

/// A member that is down anyway is restarted in any case, whatever can be seen of the others. One that
/// answers may be innocent, and the trouble another member's: it is restarted only if the others are
/// well without it.
async fn may_restart<N: Instance>(set: &SetRun<'_, '_, N>, host: &HostName) -> Result<(), Kept> {
    let needed = |why: &str| Kept::Needed(why.to_owned());
    let node = set.run.node(host).ok_or_else(|| needed("no such host"))?;
    let look = node.look().await.map_err(Kept::Unseen)?;
    let down =
        look.server.is_err() || matches!(look.unit.activity, Activity::Failed | Activity::Stopped);
    if down {
        return Ok(());
    }
    let survey = set.survey().await.map_err(|failure| match failure {
        Failure::Observe(ObserveError::Host { source, .. }) => {
            Kept::Unseen(NodeError::not_done(source))
        }
        other => Kept::Needed(other.to_string()),
    })?;
    let member = set.run.membership.member(host).ok_or_else(|| needed("no such member"))?;
    let view = survey.set_of(member).ok_or_else(|| needed("its set is not known"))?;
    view.can_spare(member).map_err(|why| Kept::Needed(why.to_string()))
}
