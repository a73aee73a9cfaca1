//! The other processes of a sharded cluster, as its servers know them.
//!
//! A plan names the hosts of a cluster, and a cluster is more than one set: config servers know the
//! shards and the mongos, and a shard knows its config servers. A process that is left out loses
//! contact when the others change their mode, so the plan must name them all.

use std::time::Duration;

use super::membership::Membership;
use crate::name::{HostName, MemberName, SetName};

/// A mongos that has not been heard of for longer is gone: they report every ten seconds.
const GONE: Duration = Duration::from_secs(3600);

/// What one server knows beyond its own set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClusterPeers {
    /// The other processes of its cluster.
    pub processes: Vec<Process>,
    /// Why they could not be asked for, where there is something to ask for.
    pub unread: Option<String>,
}

/// One process of a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// `host:port`.
    pub name: MemberName,
    /// What it is there.
    pub role: ProcessRole,
    /// When it was last heard of, where that is told.
    pub silent_for: Duration,
}

/// What a process is in a sharded cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProcessRole {
    /// A router.
    Mongos,
    /// A member of a shard.
    Shard(SetName),
    /// A member of the set of config servers.
    ConfigServer(SetName),
}

/// A process of the cluster that no host of the plan runs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} is part of this cluster, according to `{told_by}`, and no host of the plan", .process.describe())]
pub struct UnmanagedProcess {
    /// The process.
    pub process: Process,
    /// The host whose server knows it.
    pub told_by: HostName,
}

impl Process {
    fn describe(&self) -> String {
        let name = &self.name;
        match &self.role {
            ProcessRole::Mongos => format!("the mongos `{name}`"),
            ProcessRole::Shard(set) => format!("`{name}`, a member of the shard `{set}`,"),
            ProcessRole::ConfigServer(set) => {
                format!("`{name}`, a config server of the set `{set}`,")
            }
        }
    }
}

impl UnmanagedProcess {
    /// What to do about it.
    #[must_use]
    pub fn fix(&self) -> String {
        let name = &self.process.name;
        match self.process.role {
            ProcessRole::Mongos => format!(
                "tlsplan cannot move a mongos yet, so move `{name}` by hand, one mode at a time: to allowTLS before any member is at preferTLS, to preferTLS before any is at requireTLS. It takes the same file and the same setParameter as a member. One that is gone for good is forgotten an hour after its last ping"
            ),
            ProcessRole::Shard(_) | ProcessRole::ConfigServer(_) => format!(
                "add a host for `{name}` under `[hosts]`: one plan can hold every set of a cluster, and no member of any moves on before all have come as far"
            ),
        }
    }
}

/// The processes that no host runs, each once, in the order in which they were told of.
#[must_use]
pub fn unmanaged_processes(
    told: &[(HostName, ClusterPeers)],
    membership: &Membership,
) -> Vec<UnmanagedProcess> {
    let mut found: Vec<UnmanagedProcess> = Vec::new();
    for (told_by, cluster_peers) in told {
        for process in &cluster_peers.processes {
            let known = membership.has(&process.name)
                || found.iter().any(|it| same_member(&it.process.name, &process.name));
            if !known && process.silent_for <= GONE {
                found.push(UnmanagedProcess { process: process.clone(), told_by: told_by.clone() });
            }
        }
    }
    found
}

/// Names of hosts are the same in small letters and in capitals.
pub(super) fn same_member(one: &MemberName, other: &MemberName) -> bool {
    one.as_str().eq_ignore_ascii_case(other.as_str())
}

/// The set and the members in `set/host:port,host:port`, as a cluster writes down its parts.
#[must_use]
pub fn parse_seed_list(text: &str) -> Option<(SetName, Vec<MemberName>)> {
    let (set, hosts) = text.split_once('/')?;
    let hosts = hosts.split(',').map(str::trim).filter(|host| !host.is_empty());
    Some((SetName::new(set), hosts.map(MemberName::new).collect()))
}

#[cfg(test)]
#[path = "peers_tests.rs"]
mod tests;
