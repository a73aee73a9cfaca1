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
    member::node::{FileChange, Life, Node},
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
    let Some(node) = run.node(host) else {
        return WayBack::NotTried("no such host".to_owned());
    };
    let doing = "putting it back on its old configuration file".to_owned();
    run.emit(Event::Failed { host: Some(host.clone()), doing: doing.clone() });
    run.working(host, doing);
    let before = node.unit().await.map_or_else(|_| Life::default(), |unit| unit.life);
    let started = Instant::now();
    if let Err(error) = node.restart(Some(&FileChange::between(&replaced_by, &text))).await {
        return WayBack::NotVerified(format!("the way back failed: {}", error.chain()));
    }
    let wait = ComeBack { host, before: &before, mode, started, round };
    match come_back(run, wait).await {
        Ok(back) => {
            let fact =
                format!("{} in {mode} after {:.1}s", back.state, started.elapsed().as_secs_f64());
            run.emit(Event::PutBack { host: host.clone(), fact: fact.clone() });
            WayBack::Verified(fact)
        }
        Err(last) => WayBack::NotVerified(format!("it has its old file, and {last}")),
    }
}
