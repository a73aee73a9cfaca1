//! A host that helps itself if this run does not confirm it in time.

use std::time::Duration;

use tokio::time::Instant;

use crate::{
    host::{deadman::SwitchId, digest::Digest},
    name::HostName,
};

/// The longest part of a switch's time that is kept for settling it.
const MARGIN: Duration = Duration::from_secs(10);

/// An armed host: at most one at any time.
#[derive(Clone, Debug)]
pub struct Armed {
    /// The host.
    pub host: HostName,
    /// The switch's name there.
    pub id: SwitchId,
    /// The sum of the file it goes back to.
    pub back_to: Digest,
    /// From when on its time is counted; the host began a little later.
    pub since: Instant,
    /// After this the host helps itself.
    pub within: Duration,
}

impl Armed {
    /// How long there is still time to settle it.
    #[must_use]
    pub fn left(&self) -> Duration {
        self.within.saturating_sub(self.since.elapsed())
    }

    /// How long a proof may still take, so that there is time to settle the switch after it.
    #[must_use]
    pub fn for_proof(&self) -> Duration {
        self.left().saturating_sub(MARGIN.min(self.within / 4))
    }
}
