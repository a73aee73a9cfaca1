//! Sending a restart once, and finding out by looking whether it happened when nobody says.
//!
//! A reply that is lost proves nothing: the old process may still be stopping, and the script may
//! still be on its way. The file and the unit are looked at until they agree on an answer.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::{round::Round, set_run::SetRun, write::announce};
use crate::{
    error::node_error::{NodeError, Outcome},
    event::Task,
    instance::{
        Instance,
        look::{Activity, FileChange, Look},
    },
    name::HostName,
    steps::error::{ActError, Failure},
};

/// How long file and unit have to stay as they were before a request counts as never arrived.
const SETTLED: Duration = Duration::from_secs(5);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(200);
/// A request that never arrives is sent anew so often; then something is wrong that we do not see.
pub(super) const MOST_UNSENT: usize = 2;

/// Whether a restart was asked for and taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    Yes,
    /// It never reached the host; the next decision may send it.
    Not,
}

/// Sends the restart, with the new file where it differs.
pub(super) async fn send<N: Instance>(
    set: &mut SetRun<'_, '_, N>,
    round: &Round,
    host: &HostName,
) -> Result<Sent, Failure> {
    let Some(node) = set.run.node(host) else { return Ok(Sent::Not) };
    let change = round.wanted.change(host);
    set.run.working(host, Task::Restarting { unit: set.run.unit(host) });
    let unit = set.run.unit(host);
    let detail = match change {
        Some(change) => format!("{unit} on another file, {}", change.describe()),
        None => unit.to_string(),
    };
    let dispatched = match set.run.begin(host, "restart", detail, node.restart(change)).await {
        Ok(()) => Sent::Yes,
        Err(error) if error.outcome == Outcome::Unknown => {
            found_out(set, round, host, node, error).await?
        }
        Err(error) => {
            take_back(set, round, host, node).await;
            return Err(ActError::new(host, "the restart", error).into());
        }
    };
    match dispatched {
        Sent::Yes => {
            set.run.count_change();
            if change.is_some() {
                announce(set, round, host);
            }
        }
        Sent::Not => set.state.resends += 1,
    }
    Ok(dispatched)
}

/// Looks until the host tells: another life, a unit on its way, or the new file mean yes.
async fn found_out<N: Instance>(
    set: &SetRun<'_, '_, N>,
    round: &Round,
    host: &HostName,
    node: &N,
    mut last: NodeError,
) -> Result<Sent, Failure> {
    let (since, mut unchanged) = (Instant::now(), None::<Instant>);
    set.run.working(host, Task::ResolvingRestart);
    while since.elapsed() < set.run.start_timeout(host) && set.run.lost(host).await.is_none() {
        match node.look().await {
            Ok(look) if has_begun(round, host, &look) => return Ok(Sent::Yes),
            Ok(_) => {
                let settled = unchanged.get_or_insert_with(Instant::now).elapsed() > SETTLED;
                if settled && set.state.resends < MOST_UNSENT {
                    return Ok(Sent::Not);
                }
                if settled {
                    break;
                }
            }
            Err(error) => last = error,
        }
        sleep(LOOK).await;
    }
    Err(set.unknown(host, "the restart", last))
}

/// The file is replaced before the restart is asked for: another life on the old one is not ours.
fn has_begun(round: &Round, host: &HostName, look: &Look) -> bool {
    if let Some(change) = round.wanted.change(host) {
        return change.text == look.file.text;
    }
    let before = round.survey.look(host);
    let same_life = before.is_some_and(|before| before.unit.life == look.unit.life);
    !same_life || look.unit.activity != Activity::Active
}

/// systemd refused after the file was replaced: the file goes back, for the process did not change.
async fn take_back<N: Instance>(set: &SetRun<'_, '_, N>, round: &Round, host: &HostName, node: &N) {
    let (Some(_), Some(previous)) = (round.wanted.change(host), round.wanted.previous(host)) else {
        return;
    };
    let back = FileChange::between(&previous.replaced_by, &previous.text);
    // Refused where the file was not replaced at all: then there is nothing to take back.
    let _ = set.run.end(host, "put back", back.describe(), node.replace(&back)).await;
}
