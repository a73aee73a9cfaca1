//! `[hosts]` and `[groups]`.

use serde_json::{Map, Value};
use toml::de::DeValue;

use super::{
    mongodb::{self, DatabaseSection},
    owner::Owner,
    ssh::HostSshSection,
    vars,
};
use crate::{
    name::{GroupName, HostName},
    plan::{
        entry::{Entry, Spanned},
        message::quoted,
        reader::Reader,
        rule,
        violation::Violation,
    },
};

/// The most hosts of a plan; real clusters are far smaller.
const MOST: usize = 1000;

/// One host as it was written.
pub(crate) struct HostSection {
    pub(crate) name: HostName,
    /// The address with its place; without one, the name and the name's place.
    pub(crate) address: Spanned<String>,
    pub(crate) port: Option<u16>,
    pub(crate) groups: Vec<Spanned<GroupName>>,
    pub(crate) vars: Map<String, Value>,
    pub(crate) ssh: Option<HostSshSection>,
    pub(crate) mongodb: Option<DatabaseSection>,
}

/// One group as it was written.
pub(crate) struct GroupSection {
    pub(crate) name: Spanned<GroupName>,
    pub(crate) vars: Map<String, Value>,
    pub(crate) mongodb: Option<DatabaseSection>,
}

/// Reads `[hosts]`, in the order of the file.
pub(crate) fn read_hosts(entry: Entry<'_>) -> Vec<HostSection> {
    if matches!(entry.value(), DeValue::Array(_)) {
        let violation = Violation::new("`hosts` has to be a table", "this is a list");
        let help = "a host is a table under its name, like `[hosts.db1]`";
        entry.report(violation.help(help));
        return Vec::new();
    }
    let Some(table) = entry.table("`[hosts]`") else { return Vec::new() };
    if table.is_empty() {
        let violation = Violation::new("the plan has no hosts", "empty");
        let help = "add a table for each host, like `[hosts.db1]`";
        table.diagnostics().report_missing(entry.key_span(), violation.help(help));
    }
    let hosts = table.entries();
    if hosts.len() > MOST {
        let message = format!("the plan has {} hosts, {MOST} is the most", hosts.len());
        table.diagnostics().report(entry.key_span(), Violation::new(message, "too many"));
        return Vec::new();
    }
    hosts.into_iter().filter_map(read_host).collect()
}

/// Keeps a host with a wrong table under its name, so that steps which name it are not refused too.
fn read_host(entry: Entry<'_>) -> Option<HostSection> {
    let name = checked_key(entry, rule::name::host);
    let own = Spanned { value: entry.key().to_owned(), span: entry.key_span() };
    let mut host = HostSection {
        name: HostName::new(entry.key()),
        address: own,
        port: None,
        groups: Vec::new(),
        vars: Map::new(),
        ssh: None,
        mongodb: None,
    };
    if let Some(mut table) = host_table(entry) {
        let address = table.take("address").and_then(|entry| entry.parsed(rule::network::address));
        host.address = address.unwrap_or(host.address);
        host.port = table.take("port").and_then(Entry::port);
        host.groups = table.take("groups").map(read_membership).unwrap_or_default();
        host.vars = table.take("vars").and_then(vars::read).unwrap_or_default();
        let ssh = table.take("ssh");
        host.ssh = ssh.and_then(|ssh| HostSshSection::read(ssh, entry.key()));
        let database = table.take("mongodb");
        host.mongodb =
            database.and_then(|database| mongodb::read_own(database, Owner::Host(entry.key())));
        table.finish();
    }
    name.map(|_| host)
}

fn host_table(entry: Entry<'_>) -> Option<Reader<'_>> {
    match entry.value() {
        DeValue::Table(_) => entry.table(format!("host {}", quoted(entry.key()))),
        DeValue::String(text) => {
            let message = format!("host {} has to be a table", quoted(entry.key()));
            let help = format!("write `{} = {{ address = \"{text}\" }}`", entry.key());
            entry.report(Violation::new(message, "this is a text").help(help));
            None
        }
        _ => entry.wrong_type("a table, as in `[hosts.db1]`"),
    }
}

fn read_membership(entry: Entry<'_>) -> Vec<Spanned<GroupName>> {
    let names = entry.list("groups, like `[\"rs0\"]`").unwrap_or_default();
    let mut groups: Vec<Spanned<GroupName>> = Vec::new();
    for group in names.into_iter().filter_map(|name| name.parsed(rule::name::group)) {
        match groups.iter().find(|other| other.value == group.value) {
            None => groups.push(group),
            Some(first) => {
                let message = format!("group {} is named twice", quoted(group.value.as_str()));
                let violation =
                    Violation::new(message, "again").related(first.span.clone(), "first");
                entry.diagnostics().report(group.span, violation);
            }
        }
    }
    groups
}

/// Reads `[groups]`, in the order of the file.
pub(crate) fn read_groups(entry: Entry<'_>) -> Vec<GroupSection> {
    let Some(table) = entry.table("`[groups]`") else { return Vec::new() };
    table.entries().into_iter().filter_map(read_group).collect()
}

fn read_group(entry: Entry<'_>) -> Option<GroupSection> {
    let name = checked_key(entry, rule::name::group);
    if matches!(entry.value(), DeValue::Array(_)) {
        let violation = Violation::new(
            format!("group {} has to be a table", quoted(entry.key())),
            "this is a list",
        );
        let help = "a host says which groups it is in: `groups = [...]` in its own table";
        entry.report(violation.help(help));
        return None;
    }
    let mut table = entry.table(format!("group {}", quoted(entry.key())))?;
    let vars = table.take("vars").and_then(vars::read).unwrap_or_default();
    let database = table.take("mongodb");
    let mongodb =
        database.and_then(|database| mongodb::read_own(database, Owner::Group(entry.key())));
    table.finish();
    Some(GroupSection { name: Spanned { value: name?, span: entry.key_span() }, vars, mongodb })
}

fn checked_key<T>(entry: Entry<'_>, rule: fn(&str) -> Result<T, Violation>) -> Option<T> {
    rule(entry.key())
        .map_err(|violation| entry.diagnostics().report(entry.key_span(), violation))
        .ok()
}
