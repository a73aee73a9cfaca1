//! The plan file as a whole: its sections, read one after the other.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{
    hosts::{self, GroupSection, HostSection},
    mongodb::{self, MongodbSection},
    run,
    ssh::SshSection,
    steps::{self, StepSection},
    vars, waive, window,
};
use crate::{
    cluster::check::CheckId,
    plan::{
        model::{Parallelism, SetRules},
        reader::Reader,
        rule,
        window::Window,
    },
};

/// A plan file that has been read. Parts that were wrong are left out; their problems are told.
pub(crate) struct PlanFile {
    pub(crate) name: Option<String>,
    pub(crate) ssh: SshSection,
    pub(crate) mongodb: MongodbSection,
    pub(crate) rules: SetRules,
    pub(crate) parallelism: Parallelism,
    pub(crate) vars: Map<String, Value>,
    pub(crate) groups: Vec<GroupSection>,
    pub(crate) hosts: Vec<HostSection>,
    pub(crate) steps: Vec<StepSection>,
    pub(crate) waivers: BTreeMap<CheckId, String>,
    pub(crate) window: Option<Window>,
}

impl PlanFile {
    /// Reads every section, so that every problem is found.
    pub(crate) fn read(mut root: Reader<'_>) -> Self {
        let name = root.take("name").and_then(|entry| entry.parsed(rule::name::title));
        let ssh = root.take("ssh").and_then(SshSection::read).unwrap_or_default();
        let mongodb = root.take("mongodb").and_then(mongodb::read_plan);
        let (mongodb, rules) = mongodb.unwrap_or_default();
        let parallelism = root.take("run").and_then(run::read).unwrap_or_default();
        let vars = root.take("vars").and_then(vars::read).unwrap_or_default();
        let groups = root.take("groups").map(hosts::read_groups).unwrap_or_default();
        let hosts = root
            .need("hosts", "add a table for each host, like `[hosts.db1]`")
            .map(hosts::read_hosts)
            .unwrap_or_default();
        let steps = root
            .need("steps", "add a `[[steps]]` for each step")
            .map(steps::read)
            .unwrap_or_default();
        let waivers = root.take("waive").map(waive::read).unwrap_or_default();
        let window = root.take("window").and_then(window::read);
        let plan = Self {
            name: name.map(|name| name.value),
            ssh,
            mongodb,
            rules,
            parallelism,
            vars,
            groups,
            hosts,
            steps,
            waivers,
            window,
        };
        root.finish();
        plan
    }
}
