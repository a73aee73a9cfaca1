//! The plan file as a whole: its sections, read one after the other.

use std::{collections::BTreeMap, ops::Range};

use serde_json::{Map, Value};

use super::{
    hosts::{self, GroupSection, HostSection},
    mongodb::MongodbSection,
    ssh::SshSection,
    steps::{self, StepSection},
    vars, waive, window,
};
use crate::{
    cluster::check::CheckId,
    plan::{reader::Reader, rule, window::Window},
};

/// A plan file that has been read. Parts that were wrong are left out; their problems are told.
pub(crate) struct PlanFile {
    pub(crate) name: Option<String>,
    pub(crate) ssh: SshSection,
    pub(crate) mongodb: MongodbSection,
    pub(crate) vars: Map<String, Value>,
    pub(crate) groups: Vec<GroupSection>,
    pub(crate) hosts: Vec<HostSection>,
    pub(crate) steps: Vec<StepSection>,
    pub(crate) waivers: BTreeMap<CheckId, String>,
    pub(crate) window: Option<Window>,
    pub(crate) unbuilt: Vec<Unbuilt>,
}

/// Something the format has and this version does not do yet.
pub(crate) struct Unbuilt {
    /// What it is, as the subject of a sentence in the plural.
    pub(crate) what: String,
    pub(crate) span: Range<usize>,
    /// What to do without it.
    pub(crate) help: &'static str,
}

impl PlanFile {
    /// Reads every section, so that every problem is found.
    pub(crate) fn read(mut root: Reader<'_>) -> Self {
        let mut unbuilt = Vec::new();
        let name = root.take("name").and_then(|entry| entry.parsed(rule::name::title));
        let ssh = root.take("ssh").and_then(|entry| entry.table("`[ssh]`"));
        let mongodb = root.take("mongodb").and_then(|entry| entry.table("`[mongodb]`"));
        let vars = root.take("vars").and_then(vars::read).unwrap_or_default();
        let groups = root.take("groups").map(hosts::read_groups).unwrap_or_default();
        let hosts = root
            .need("hosts", "add a table for each host, like `[hosts.db1]`")
            .map(hosts::read_hosts)
            .unwrap_or_default();
        let steps = root
            .need("steps", "add a `[[steps]]` for each step")
            .map(|entry| steps::read(entry, &mut unbuilt))
            .unwrap_or_default();
        let waivers = root.take("waive").map(waive::read).unwrap_or_default();
        let window = root.take("window").and_then(window::read);
        let plan = Self {
            name: name.map(|name| name.value),
            ssh: ssh.map(SshSection::read).unwrap_or_default(),
            mongodb: mongodb.map(MongodbSection::read).unwrap_or_default(),
            vars,
            groups,
            hosts,
            steps,
            waivers,
            window,
            unbuilt,
        };
        root.finish();
        plan
    }
}
