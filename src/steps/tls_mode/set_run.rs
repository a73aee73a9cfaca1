//! One set while it is worked on: what is shared by the run, and what has been done in the set.

use std::{collections::BTreeMap, time::Duration};

use super::{armed::Armed, config_files::Previous, goal::Proofs};
use crate::{
    error::node_error::NodeError,
    host::unit::Incarnation,
    instance::Instance,
    name::{HostName, SetName},
    steps::{
        error::{ActError, Failure},
        run::{Run, survey_of},
        survey::Survey,
    },
};

/// What a run has done in one set, kept from step to step.
#[derive(Default)]
pub struct SetState {
    /// What has been proved of the members.
    pub proofs: Proofs,
    /// What each file held before this run replaced it: where a revert goes.
    pub previous: BTreeMap<HostName, Previous>,
    /// The lives in which members were proved after a restart: another one later is a crash.
    pub lives: BTreeMap<HostName, Incarnation>,
    /// The host that reverts by itself if this run does not confirm it: at most one.
    pub armed: Option<Armed>,
    /// Requests whose outcome was not known and that had not been carried out.
    pub resends: usize,
}

/// A set in hand.
pub struct SetRun<'r, 'a, N: Instance> {
    /// What all sets share.
    pub run: &'r Run<'a, N>,
    /// Its name.
    pub name: SetName,
    /// Its instances, in the plan's order.
    pub nodes: Vec<&'a N>,
    /// What has been done in it.
    pub state: &'r mut SetState,
}

impl<N: Instance> SetRun<'_, '_, N> {
    /// A fresh look at every member of the set.
    pub async fn survey(&self) -> Result<Survey, Failure> {
        survey_of(&self.nodes).await
    }

    /// The longest that any restarted member of the set is waited for.
    #[must_use]
    pub fn longest_start(&self) -> Duration {
        let usual = self.nodes.iter().map(|node| node.settings().start_timeout).max();
        self.run.timeout.or(usual).unwrap_or_default()
    }

    /// An act whose outcome is not known; where the host is armed, it will know it by then.
    #[must_use]
    pub fn unknown(&self, host: &HostName, doing: &'static str, source: NodeError) -> Failure {
        let armed = self.state.armed.as_ref().filter(|armed| &armed.host == host);
        let reverts_in = armed.map(Armed::left);
        ActError::Unknown { host: host.clone(), doing, reverts_in, source }.into()
    }
}
