//! A look at every host of the plan at once, and what can be said of the cluster from it.

use std::{collections::BTreeMap, time::Duration};

use futures_util::future::join_all;
use tokio::time::Instant;

use crate::{
    cluster::{
        health::{NotNow, SetView},
        membership::sets,
        topology::ServerView,
    },
    error::node_error::NodeError,
    instance::{Instance, look::Look},
    name::{HostName, MemberName, SetName},
};

/// Facts older than this are not acted on.
const FRESH: Duration = Duration::from_secs(2);

/// What every host said at one moment.
#[derive(Debug)]
pub struct Survey {
    /// When the first of it was asked for: its age is the age of its oldest fact.
    pub at: Instant,
    /// Host by host, in the plan's order.
    pub looks: Vec<(HostName, Look)>,
    /// The replica sets as their members see them.
    pub sets: BTreeMap<SetName, SetView>,
}

impl Survey {
    /// Looks at these hosts side by side; the hosts that could not be looked at are the error.
    pub async fn take<N: Instance>(nodes: &[&N]) -> Result<Self, Vec<(HostName, NodeError)>> {
        let at = Instant::now();
        let looks =
            join_all(nodes.iter().map(|node| async { (node.host().clone(), node.look().await) }));
        let (mut good, mut bad) = (Vec::new(), Vec::new());
        for (host, look) in looks.await {
            match look {
                Ok(look) => good.push((host, look)),
                Err(error) => bad.push((host, error)),
            }
        }
        if !bad.is_empty() {
            return Err(bad);
        }
        let views = good.iter().filter_map(|(_, look)| Some(&look.server.as_ref().ok()?.view));
        let sets = sets(views);
        Ok(Self { at, looks: good, sets })
    }

    /// Whether it may still be acted on.
    #[must_use]
    pub fn is_fresh(&self) -> bool {
        self.at.elapsed() < FRESH
    }

    /// One host's look.
    #[must_use]
    pub fn look(&self, host: &HostName) -> Option<&Look> {
        self.looks.iter().find(|(name, _)| name == host).map(|(_, look)| look)
    }

    /// The servers that answered.
    pub fn views(&self) -> impl Iterator<Item = (&HostName, &ServerView)> {
        self.looks.iter().filter_map(|(host, look)| {
            look.server.as_ref().ok().map(|reading| (host, &reading.view))
        })
    }

    /// The first host whose server did not answer, and why.
    #[must_use]
    pub fn silent(&self) -> Option<(&HostName, &NodeError)> {
        self.looks
            .iter()
            .find_map(|(host, look)| look.server.as_ref().err().map(|error| (host, error)))
    }

    /// The set a member belongs to.
    #[must_use]
    pub fn set_of(&self, member: &MemberName) -> Option<&SetView> {
        self.sets.values().find(|set| set.view(member).is_some())
    }

    /// The set whose configuration names a member, also where that member is silent.
    #[must_use]
    pub fn set_with(&self, member: &MemberName) -> Option<&SetView> {
        self.sets.values().find(|set| set.knows(member))
    }

    /// Every set healthy? The first thing that is not.
    pub fn healthy(&self, limits: crate::cluster::health::Limits) -> Result<(), NotNow> {
        self.sets.values().try_for_each(|set| set.healthy(limits))
    }

    /// The age of the youngest unit: a cluster in which something has just been restarted deserves
    /// more patience than one that has been sick for days.
    #[must_use]
    pub fn youngest(&self) -> Option<Duration> {
        self.looks.iter().filter_map(|(_, look)| look.unit.age).min()
    }
}
