//! The way back for one host: its old file, a restart, and the same proof as on the way forward.

use tokio::time::Instant;

use super::{
    back::{ComeBack, come_back},
    step::Round,
};
use crate::{
    engine::{
        context::{Previous, Run},
        failure::WayBack,
    },
    event::Event,
    member::node::{Activity, FileChange, Node},
    name::HostName,
};

/// Puts the host back on the file it had before this run replaced it, and proves it.
pub(super) async fn put_back<N: Node>(
    run: &mut Run<'_, N>,
    round: &Round,
    host: &HostName,
) -> WayBack {
    let Some(Previous { text, mode, replaced_by }) = run.previous.remove(host) else {
        let words = "its file was in place before this run began, so there is no older one to go back to; the earlier files are in /var/lib/tlsplan/prev";
        return WayBack::NotTried(words.to_owned());
    };
    if let Err(why) = may_restart(run, host).await {
        let words = format!("it was not restarted, for the set could not do without it: {why}");
        return WayBack::NotTried(words);
    }
    let Some(node) = run.node(host) else {
        return WayBack::NotTried("no such host".to_owned());
    };
    let doing = format!("{} in the new mode; putting it back", run.plan.mongodb.service);
    run.emit(Event::Failed { host: Some(host.clone()), doing });
    run.working(host, "putting it back on its old configuration file");
    let before = match node.unit().await {
        Ok(unit) => unit.life,
        Err(error) => {
            return WayBack::NotVerified(format!("it cannot be looked at: {}", error.chain()));
        }
    };
    let started = Instant::now();
    if let Err(error) = node.restart(Some(&FileChange::between(&replaced_by, &text))).await {
        return WayBack::NotVerified(format!("the way back failed: {}", error.chain()));
    }
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

/// A member that is down anyway is restarted in any case. One that answers may be innocent, and the
/// trouble another member's: it is restarted only if the others are well without it.
async fn may_restart<N: Node>(run: &Run<'_, N>, host: &HostName) -> Result<(), String> {
    let survey = run.survey().await.map_err(|failure| failure.to_string())?;
    let look = survey.look(host).ok_or("no such host")?;
    let down =
        look.server.is_err() || matches!(look.unit.activity, Activity::Failed | Activity::Stopped);
    if down {
        return Ok(());
    }
    let member = run.roster.member(host).ok_or("no such member")?;
    let set = survey.set_of(member).unwrap_or_default();
    set.can_spare(member).map_err(|why| why.to_string())
}
