//! Changing the running mode of members that the decision named, side by side.

use futures_util::future::join_all;

use super::step::Round;
use crate::{
    cluster::mode::TlsMode,
    engine::{context::Run, failure::Failure, goal::Goal},
    error::{Designed, Exit},
    event::Event,
    member::{
        error::NodeError,
        node::{Fresh, Node},
    },
    name::HostName,
};

/// Sends `setParameter` to each host once, reads the mode back over a new connection, and leaves
/// the proof from both sides to the next decision.
pub(super) async fn set_mode<N: Node>(
    run: &mut Run<'_, N>,
    goal: &Goal,
    round: &Round,
    hosts: &[HostName],
) -> Result<(), Failure> {
    let changes = hosts.iter().filter_map(|host| {
        let node = run.node(host)?;
        run.working(host, format!("setting the running mode to {}", goal.mode));
        Some(async move {
            let set = node.set_mode(goal.mode).await;
            (host, set, node.view(Fresh::New).await)
        })
    });
    let mut failed = None;
    for (host, set, read) in join_all(changes).await {
        let before = round.survey.views().find(|(name, _)| *name == host);
        let from = before.map_or(goal.mode, |(_, view)| view.mode);
        // The mode that is read back is the truth, whatever became of the request.
        match (set, read) {
            (by, Ok(reading)) if reading.view.mode == goal.mode => {
                run.proofs.moved(host);
                run.changed += 1;
                let by = by.unwrap_or(reading.client);
                let (host, to, read_by) = (host.clone(), goal.mode, reading.client);
                run.emit(Event::ModeChanged { host, from, to, by, read_by });
            }
            (Err(error), _) | (Ok(_), Err(error)) => {
                failed.get_or_insert((host, error));
            }
            (Ok(_), Ok(reading)) => {
                let unmoved = Unmoved { seen: reading.view.mode, wanted: goal.mode };
                let error = NodeError::not_done(unmoved);
                failed.get_or_insert((host, error));
            }
        }
    }
    match failed {
        None => Ok(()),
        Some((host, error)) => Err(Failure::of_act(host, "setParameter", run.begun(), error)),
    }
}

/// The server accepted the command and runs in another mode all the same.
#[derive(Debug, thiserror::Error)]
#[error("the server accepted {wanted} and still runs in {seen}")]
struct Unmoved {
    seen: TlsMode,
    wanted: TlsMode,
}

impl Designed for Unmoved {
    fn exit(&self) -> Exit {
        Exit::Refused
    }
}
