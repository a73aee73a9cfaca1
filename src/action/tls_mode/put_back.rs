//! The way back for one host: its old file, a restart, and the same proof as on the way forward.

use tokio::time::Instant;

use super::{
    back::{ComeBack, come_back},
    step::Round,
    switch::settle,
};
use crate::{
    cluster::mode::TlsMode,
    engine::{
        context::{Previous, Run},
        failure::{Failure, WayBack},
    },
    event::Event,
    host::deadman::{Ended, SwitchEnd, Wish},
    member::{
        error::NodeError,
        node::{Activity, FileChange, Life, Node},
    },
    name::HostName,
};

/// Puts the host back on the file it had before this run replaced it, and proves it. The error is a
/// host that cannot be asked and helps itself.
pub(super) async fn put_back<N: Node>(
    run: &mut Run<'_, N>,
    round: &Round,
    host: &HostName,
) -> Result<WayBack, NodeError> {
    let previous = match run.previous.remove(host) {
        Some(previous) => Some(previous),
        None => earlier(run, round, host).await,
    };
    let Some(previous) = previous else {
        let words = "its file was in place before this run began, and none of the earlier ones in /var/lib/tlsplan/prev is of the mode before";
        return Ok(WayBack::NotTried(words.to_owned()));
    };
    match may_restart(run, host).await {
        Ok(()) => {}
        // What cannot be seen cannot be judged. A host with a switch judges by itself.
        Err(Kept::Unseen(source)) if run.armed.as_ref().is_some_and(|it| &it.host == host) => {
            return Err(source);
        }
        Err(kept) => {
            let words =
                format!("it was not restarted, for the set could not do without it: {kept}");
            return Ok(WayBack::NotTried(words));
        }
    }
    let Some(node) = run.node(host) else {
        return Ok(WayBack::NotTried("no such host".to_owned()));
    };
    let doing = format!("{} in the new mode; putting it back", run.plan.mongodb.service);
    run.emit(Event::Failed { host: Some(host.clone()), doing });
    run.working(host, "putting it back on its old configuration file");
    let (before, started) = (node.unit().await, Instant::now());
    let armed = run.armed.take_if(|armed| &armed.host == host);
    if let Some(armed) = armed {
        return match settle(run, &armed, Wish::Fire).await {
            Ok(ended) => Ok(went_back(run, round, host, &previous, (ended, started)).await),
            Err(error) => {
                run.armed = Some(armed);
                Err(error)
            }
        };
    }
    let before = match before {
        Ok(unit) => unit.life,
        Err(error) => {
            let words = format!("it cannot be looked at: {}", error.chain());
            return Ok(WayBack::NotVerified(words));
        }
    };
    let change = FileChange::between(&previous.replaced_by, &previous.text);
    let restarting = node.restart(Some(&change));
    if let Err(error) = run.end(host, "put back", change.words(), restarting).await {
        return Ok(WayBack::NotVerified(format!("the way back failed: {}", error.chain())));
    }
    Ok(prove(run, round, host, &previous, (before, started)).await)
}

/// What an earlier run replaced: the newest version of the rung below. The barrier has kept everybody
/// else within reach of that.
async fn earlier<N: Node>(run: &Run<'_, N>, round: &Round, host: &HostName) -> Option<Previous> {
    let in_place = &round.survey.look(host)?.file.text;
    let now = run.files.mode_of(in_place).ok()?;
    let below = TlsMode::ALL.into_iter().rfind(|&mode| mode < now)?;
    let kept = run.node(host)?.kept().await.ok()?;
    let text = kept.into_iter().find(|text| run.files.mode_of(text).is_ok_and(|it| it == below))?;
    Some(Previous { text, mode: below, replaced_by: in_place.clone() })
}

/// What the host says it did, and the proof of it.
pub(super) async fn went_back<N: Node>(
    run: &mut Run<'_, N>,
    round: &Round,
    host: &HostName,
    previous: &Previous,
    (ended, started): (Ended, Instant),
) -> WayBack {
    match ended.end {
        // The life that was ended is not known any more; any life in the old mode is the new one.
        SwitchEnd::RolledBack | SwitchEnd::Unused => {
            prove(run, round, host, previous, (Life::default(), started)).await
        }
        _ => WayBack::NotVerified(format!("the host says {}", ended.words())),
    }
}

async fn prove<N: Node>(
    run: &mut Run<'_, N>,
    round: &Round,
    host: &HostName,
    previous: &Previous,
    (before, started): (Life, Instant),
) -> WayBack {
    let mode = previous.mode;
    let wait = ComeBack { host, before: &before, mode, started, round };
    match come_back(run, wait).await {
        Ok((back, life)) => {
            run.lives.insert(host.clone(), life);
            let fact =
                format!("{} in {mode} after {:.1}s", back.state, started.elapsed().as_secs_f64());
            run.emit(Event::PutBack { host: host.clone(), fact: fact.clone() });
            WayBack::Verified(fact)
        }
        Err(last) => WayBack::NotVerified(format!("it has its old file, and {last}")),
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

/// A member that is down anyway is restarted in any case. One that answers may be innocent, and the
/// trouble another member's: it is restarted only if the others are well without it.
async fn may_restart<N: Node>(run: &Run<'_, N>, host: &HostName) -> Result<(), Kept> {
    let survey = run.survey().await.map_err(|failure| match failure {
        Failure::Look { source, .. } => Kept::Unseen(source),
        other => Kept::Needed(other.to_string()),
    })?;
    let needed = |why: &str| Kept::Needed(why.to_owned());
    let look = survey.look(host).ok_or_else(|| needed("no such host"))?;
    let down =
        look.server.is_err() || matches!(look.unit.activity, Activity::Failed | Activity::Stopped);
    if down {
        return Ok(());
    }
    let member = run.roster.member(host).ok_or_else(|| needed("no such member"))?;
    let set = survey.set_of(member).unwrap_or_default();
    set.can_spare(member).map_err(|why| Kept::Needed(why.to_string()))
}
