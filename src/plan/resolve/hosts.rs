//! Hosts with their variables merged, and what only shows when all hosts are known.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::{
    name::GroupName,
    plan::{
        diagnostics::Diagnostics,
        file::hosts::{GroupSection, HostSection},
        message::{did_you_mean, quoted},
        model::{InstanceSettings, Machine, PlanHost, SshSettings},
        violation::Violation,
    },
};

/// The SSH port where the plan names none; only to find two hosts that are one.
const SSH_PORT: u16 = 22;

/// Merges each host's variables: its own over its groups' (a later group over an earlier one) over
/// the plan's.
pub(crate) fn merge(
    hosts: Vec<HostSection>,
    groups: &[GroupSection],
    (vars, mongodb): (&Map<String, Value>, &InstanceSettings),
) -> Vec<PlanHost> {
    let groups: BTreeMap<&GroupName, &Map<String, Value>> =
        groups.iter().map(|group| (&group.name.value, &group.vars)).collect();
    hosts
        .into_iter()
        .map(|host| {
            let mut merged = vars.clone();
            for group in &host.groups {
                merged.extend(groups.get(&group.value).copied().cloned().unwrap_or_default());
            }
            merged.extend(host.vars);
            PlanHost {
                machine: host.name.clone(),
                name: host.name,
                address: host.address.value,
                groups: host.groups.into_iter().map(|group| group.value).collect(),
                vars: merged,
                instance: Some(mongodb.clone()),
            }
        })
        .collect()
}

/// The machines of the hosts.
pub(crate) fn machines(hosts: &[HostSection], ssh: &SshSettings) -> Vec<Machine> {
    let machine = |host: &HostSection| Machine {
        name: host.name.clone(),
        address: host.address.value.clone(),
        port: host.port,
        ssh: ssh.clone(),
    };
    hosts.iter().map(machine).collect()
}

/// Refuses two hosts at one place: one of them would be worked on twice, the other never.
pub(crate) fn check_addresses(hosts: &[HostSection], diagnostics: &Diagnostics) {
    let mut seen: BTreeMap<(String, u16), &HostSection> = BTreeMap::new();
    for host in hosts {
        let key = (host.address.value.to_lowercase(), host.port.unwrap_or(SSH_PORT));
        let Some(first) = seen.get(&key) else {
            seen.insert(key, host);
            continue;
        };
        let names = [first.name.as_str(), host.name.as_str()].map(quoted);
        let message = format!("hosts {} and {} have one address", names[0], names[1]);
        let violation = Violation::new(message, "the same place")
            .related(first.address.span.clone(), "first used here")
            .help("give each host its own address, or its own `port`");
        diagnostics.report(host.address.span.clone(), violation);
    }
}

/// Refuses a group that no host is in: its variables would go nowhere.
pub(crate) fn check_groups(
    hosts: &[HostSection],
    groups: &[GroupSection],
    diagnostics: &Diagnostics,
) {
    let used: BTreeSet<&GroupName> =
        hosts.iter().flat_map(|host| &host.groups).map(|group| &group.value).collect();
    for group in groups {
        let name = &group.name.value;
        if used.contains(name) {
            continue;
        }
        let others = used.iter().map(|group| group.as_str());
        let help = did_you_mean(name.as_str(), others)
            .unwrap_or_else(|| format!("put it into a host: `groups = [\"{name}\"]`"));
        let message = format!("no host is in group {}", quoted(name.as_str()));
        let violation = Violation::new(message, "its variables go nowhere").help(help);
        diagnostics.report_missing(group.name.span.clone(), violation);
    }
}
