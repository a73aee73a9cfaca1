//! Everything that has to be known and to hold before the first step: who is who, is every process of the cluster
//! in the plan, and what the checks find.

use super::{
    error::Failure,
    survey::{
        Survey,
        discovery::nobody_left_out,
        initial::{everybody, who_is_who},
    },
    tls_mode::{
        config_files::ConfigFiles,
        preflight::{Checked, Preflight},
    },
};
use crate::{
    cluster::{health::own_state, membership::Membership, order::order, topology::MemberState},
    engine::{cancel::Cancel, host_limit::HostLimit},
    event::Sink,
    instance::Instance,
    name::{HostName, MemberName},
    plan::Plan,
};

/// What the first look at a cluster told.
pub struct Admission {
    /// What every host said.
    pub survey: Survey,
    /// Which host runs which member.
    pub membership: Membership,
    /// What the checks found.
    pub checked: Checked,
}

/// What the first look is taken with.
pub struct FirstLook<'a, N> {
    /// The plan.
    pub plan: &'a Plan,
    /// Its instances.
    pub nodes: &'a [N],
    /// The wanted files.
    pub files: &'a dyn ConfigFiles,
    /// The hosts that may be acted on.
    pub limit: &'a HostLimit,
}

impl<N: Instance> FirstLook<'_, N> {
    /// Looks at the whole cluster, waiting for servers that were started a moment ago.
    pub async fn take(
        &self,
        events: &dyn Sink,
        cancel: &Cancel,
    ) -> Result<Admission, Vec<Failure>> {
        let (plan, nodes, files, limit) = (self.plan, self.nodes, self.files, self.limit);
        let survey = everybody(plan, nodes, events, cancel).await?;
        let membership = who_is_who(&survey)?;
        nobody_left_out(plan, nodes, &membership, events).await?;
        let preflight =
            Preflight { plan, nodes, files, membership: &membership, survey: &survey, limit };
        let checked = preflight.examine().await?;
        Ok(Admission { survey, membership, checked })
    }
}

impl Admission {
    /// The members in the order in which they will be worked on, each with its host and its state.
    #[must_use]
    pub fn order(&self) -> Vec<(HostName, MemberName, MemberState)> {
        let mut members = Vec::new();
        for set in self.survey.sets.values() {
            for member in order(set) {
                let state = set.view(&member).and_then(own_state).unwrap_or(MemberState::Unknown);
                if let Some(host) = self.membership.host(&member) {
                    members.push((host.clone(), member, state));
                }
            }
        }
        members
    }
}
