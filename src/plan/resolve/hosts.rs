//! Hosts with their variables merged, and groups that no host is in.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::{
    name::{GroupName, HostName},
    plan::{
        diagnostics::Diagnostics,
        file::hosts::{GroupSection, HostSection},
        message::{did_you_mean, quoted},
        model::{InstanceSettings, PlanHost},
        violation::Violation,
    },
};

/// The variables of a plan and of its groups.
pub(crate) struct Variables<'a> {
    plan: &'a Map<String, Value>,
    groups: BTreeMap<&'a GroupName, &'a Map<String, Value>>,
}

impl<'a> Variables<'a> {
    pub(crate) fn new(plan: &'a Map<String, Value>, groups: &'a [GroupSection]) -> Self {
        let groups = groups.iter().map(|group| (&group.name.value, &group.vars)).collect();
        Self { plan, groups }
    }

    /// A host's own over its groups' (a later group over an earlier one) over the plan's.
    fn of(&self, host: &HostSection) -> Map<String, Value> {
        let mut merged = self.plan.clone();
        for group in &host.groups {
            merged.extend(self.groups.get(&group.value).copied().cloned().unwrap_or_default());
        }
        merged.extend(host.vars.clone());
        merged
    }
}

/// A host on its machine, with its database.
pub(crate) fn resolve(
    host: &HostSection,
    variables: &Variables<'_>,
    (machine, instance): (HostName, Option<InstanceSettings>),
) -> PlanHost {
    PlanHost {
        name: host.name.clone(),
        machine,
        address: host.address.value.clone(),
        groups: host.groups.iter().map(|group| group.value.clone()).collect(),
        vars: variables.of(host),
        instance,
    }
}

/// Refuses a group that no host is in: its settings would go nowhere.
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
        let violation = Violation::new(message, "no host gets its settings").help(help);
        diagnostics.report_missing(group.name.span.clone(), violation);
    }
}
