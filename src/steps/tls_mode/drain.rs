//! Before a stop: the member's clients finish what they are doing, and the stop's own sleep is cut.
//!
//! From 5.0 on a signalled stop sleeps 15 s whether or not a client is busy
//! (`shutdownTimeoutMillisForSignaledShutdown`). Waiting for the operations that run now, and then
//! sleeping only as long as a client needs to see that the member is going, does the same job.

use std::time::Duration;

use tokio::time::Instant;

use super::{POLL, set_run::SetRun};
use crate::{
    event::{Event, Observation, Warning},
    instance::{Instance, look::RunningOperation},
    name::HostName,
};

/// What is left of the server's own sleep: drivers hear of the stop by their streaming `hello`.
const GOODBYE: Duration = Duration::from_millis(100);

/// The server's own value where nobody changed it.
const USUAL: Duration = Duration::from_secs(15);

/// What has to be put back if the stop does not come.
pub(super) struct Drained {
    host: HostName,
    sleep: Option<Duration>,
}

/// Waits for the clients' running operations, at most as long as the plan gives, and cuts the sleep.
pub(super) async fn drain<N: Instance>(set: &SetRun<'_, '_, N>, node: &N) -> Drained {
    let (host, bound, started) = (node.host(), node.settings().drain, Instant::now());
    let mut running: Option<Vec<RunningOperation>> = None;
    while started.elapsed() < bound && !set.run.options.cancel.is_asked() {
        let Ok(now) = node.client_operations().await else { break };
        let left = match running.take() {
            None => now,
            Some(mut left) => {
                left.retain(|old| now.iter().any(|new| new.id == old.id));
                left
            }
        };
        let Some(first) = left.first() else { break };
        let others = left.len() - 1;
        set.run.seen(host, Observation::ClientOperation { client: first.client.clone(), others });
        running = Some(left);
        tokio::time::sleep(POLL).await;
    }
    // A server that refuses the parameter sleeps its 15 s: slower, and no harm.
    let cut = GOODBYE.min(bound);
    let sleep = node.set_stop_sleep(cut).await.unwrap_or(None);
    // Ours from a run that was cut is not the server's own value.
    let sleep = sleep.map(|sleep| if sleep == cut { USUAL } else { sleep });
    Drained { host: host.clone(), sleep }
}

impl Drained {
    /// The stop did not come: the server gets its own value back.
    pub(super) async fn undo<N: Instance>(self, set: &SetRun<'_, '_, N>) {
        let (Some(sleep), Some(node)) = (self.sleep, set.run.node(&self.host)) else { return };
        if let Err(error) = node.set_stop_sleep(sleep).await {
            let warning = Warning::StopSleepNotRestored { wanted: sleep, error: error.chain() };
            set.run.emit(Event::Warning { host: Some(self.host), warning });
        }
    }
}
