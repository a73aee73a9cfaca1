//! The hosts that a run may act on.

use std::collections::BTreeSet;

use crate::name::HostName;

/// Which hosts may be acted on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostLimit {
    /// Every host of the plan.
    All,
    /// Those that `--limit` selected.
    Only(BTreeSet<HostName>),
}

impl HostLimit {
    /// Whether `host` may be acted on.
    #[must_use]
    pub fn includes(&self, host: &HostName) -> bool {
        match self {
            Self::All => true,
            Self::Only(hosts) => hosts.contains(host),
        }
    }
}
