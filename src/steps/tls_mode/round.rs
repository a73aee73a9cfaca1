//! What one round of the loop knows, all of it from one survey.

use super::{
    config_files::ConfigFiles,
    goal::{Cluster, Goal},
    wanted::{self, Wanted},
};
use crate::{
    cluster::membership::Membership,
    name::SetName,
    plan::Plan,
    steps::{error::Failure, survey::Survey},
};

/// Everything that one round of the loop knows.
pub(super) struct Round {
    pub(super) survey: Survey,
    pub(super) wanted: Wanted,
    /// Everything that was looked at: all sets at the beginning of a step, then the set in hand.
    pub(super) cluster: Cluster,
    /// The set in hand.
    pub(super) set: Cluster,
}

impl Round {
    /// What a survey says for a step.
    pub(super) fn new(
        (plan, membership): (&Plan, &Membership),
        files: &dyn ConfigFiles,
        goal: &Goal,
        survey: Survey,
    ) -> Result<Self, Failure> {
        let wanted = wanted::wanted_files(files, goal.mode, &survey, |_| None)?;
        let cluster = wanted::cluster(plan, membership, &survey, &wanted);
        Ok(Self { survey, wanted, set: cluster.clone(), cluster })
    }

    /// The same with this set in hand.
    pub(super) fn in_hand(self, name: &SetName) -> Self {
        let set = self.cluster.of_set(name);
        Self { set, ..self }
    }
}
