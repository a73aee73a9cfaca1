//! Changing the running mode of members that the decision named, side by side.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::sleep;

use super::{goal::Goal, round::Round, set_run::SetRun, verify::verify};
use crate::{
    cluster::mode::TlsMode,
    engine::{progress::Progress, step_error::Failure as _},
    error::{
        Designed, Exit,
        node_error::{NodeError, Outcome},
    },
    event::{DatabaseClient, Event, Task},
    instance::{
        Instance,
        look::{Fresh, Reading},
    },
    name::HostName,
    steps::error::{ActError, Failure},
};

/// A new connection takes less on a host that is there.
const GRACE: Duration = Duration::from_secs(2);

/// Sends `setParameter` to each host once, reads the mode back over a new connection, and leaves
/// the proof from both sides to the next decision. Where one fails, the others are proved first; not
/// where it cannot be read, for then there is nobody to bear them out.
pub(super) async fn set_mode<N: Instance>(
    set: &mut SetRun<'_, '_, N>,
    goal: &Goal,
    round: &Round,
    hosts: &[HostName],
) -> Result<(), Failure> {
    let changes = hosts.iter().filter_map(|host| {
        let (set, node) = (&*set, set.run.node(host)?);
        set.run.working(host, Task::SettingMode { mode: goal.mode });
        Some(async move {
            let changing = node.set_mode(goal.mode);
            let detail = format!("tlsMode {}", goal.mode);
            let changed = set.run.begin(host, "setParameter", detail, changing).await;
            (host, changed, read_back(node).await)
        })
    });
    let (mut failed, mut moved, mut away) = (Vec::new(), Vec::new(), false);
    for (host, changed, read) in join_all(changes).await {
        away |= read.as_ref().is_err_and(|error| error.passes() || error.exit() == Exit::HostKey);
        match judge(goal, changed, read) {
            Ok((by, read_by)) => {
                announce(set, goal, round, host, (by, read_by));
                moved.push(host.clone());
            }
            Err((trouble, error)) => {
                if trouble == Trouble::Unread {
                    set.state.proofs.moved(host);
                    set.run.count_change();
                }
                failed.push((host, error));
            }
        }
    }
    let failed = failed.into_iter();
    let failed =
        failed.map(|(host, error)| Failure::from(ActError::new(host, "setParameter", error)));
    let Some(worst) = failed.reduce(worse) else { return Ok(()) };
    set.run.halt();
    if moved.is_empty() || away {
        return Err(worst);
    }
    Err(match verify(set, goal, round, &moved).await {
        Ok(()) => worst,
        Err(unproved) => worse(worst, unproved),
    })
}

fn worse(one: Failure, other: Failure) -> Failure {
    let exit = |failure: &Failure| failure.exit(Progress::Unverified);
    if exit(&one).worst(exit(&other)) == exit(&one) { one } else { other }
}

/// The mode over a new connection. Where the server does not answer at once, its host is asked too: that
/// one is away is known sooner than that its server is silent, which may be only slow.
async fn read_back<N: Instance>(node: &N) -> Result<Reading, NodeError> {
    let away = async {
        loop {
            sleep(GRACE).await;
            match node.unit().await {
                Err(error) if error.passes() => return error,
                _ => {}
            }
        }
    };
    tokio::select! {
        biased;
        reading = node.view(Fresh::New) => reading,
        error = away => Err(error),
    }
}

/// Whether a member that failed may have moved.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trouble {
    Unmoved,
    Unread,
}

/// The mode that is read back is the truth, whatever became of the request; without it, an accepted
/// request counts as carried out and its outcome as not known.
fn judge(
    goal: &Goal,
    set: Result<DatabaseClient, NodeError>,
    read: Result<Reading, NodeError>,
) -> Result<(DatabaseClient, DatabaseClient), (Trouble, NodeError)> {
    match (set, read) {
        (by, Ok(reading)) if reading.view.mode == goal.mode => {
            Ok((by.unwrap_or(reading.client), reading.client))
        }
        (Err(error), Err(_)) if error.outcome == Outcome::Unknown => Err((Trouble::Unread, error)),
        (Err(error), _) => Err((Trouble::Unmoved, error)),
        (Ok(_), Err(error)) => Err((Trouble::Unread, NodeError::unknown(error))),
        (Ok(_), Ok(reading)) => {
            let unmoved = NotMoved { seen: reading.view.mode, wanted: goal.mode };
            Err((Trouble::Unmoved, NodeError::not_done(unmoved)))
        }
    }
}

fn announce<N: Instance>(
    set: &mut SetRun<'_, '_, N>,
    goal: &Goal,
    round: &Round,
    host: &HostName,
    (by, read_by): (DatabaseClient, DatabaseClient),
) {
    set.state.proofs.moved(host);
    set.run.count_change();
    let before = round.survey.views().find(|(name, _)| *name == host);
    let from = before.map_or(goal.mode, |(_, view)| view.mode);
    let (host, to) = (host.clone(), goal.mode);
    set.run.emit(Event::ModeChanged { host, from, to, by, read_by });
}

/// The server accepted the command and runs in another mode all the same.
#[derive(Debug, thiserror::Error)]
#[error("the server accepted {wanted} and still runs in {seen}")]
struct NotMoved {
    seen: TlsMode,
    wanted: TlsMode,
}

impl Designed for NotMoved {
    fn exit(&self) -> Exit {
        Exit::Refused
    }
}
