//! The database of each host: host over group over `[mongodb]`, key by key.

use std::{collections::BTreeMap, ops::Range, time::Duration};

use super::local_files::LocalFiles;
use crate::{
    client::settings::ClientFiles,
    name::{GroupName, UnitName},
    plan::{
        diagnostics::Diagnostics,
        entry::Written,
        file::{
            client::ClientSection,
            hosts::{GroupSection, HostSection},
            mongodb::{DatabaseSection, MongodbSection},
        },
        model::InstanceSettings,
        violation::Violation,
    },
};

/// A host's database: the merged keys with their places, and the settings that follow from them.
pub(crate) struct Database {
    pub(crate) section: MongodbSection,
    pub(crate) settings: InstanceSettings,
}

/// What the plan leaves out and only one database of a machine can have.
pub(crate) struct Defaults {
    pub(crate) service: &'static str,
    pub(crate) config_file: &'static str,
    pub(crate) port: u16,
}

impl Database {
    /// The values of keys that the plan leaves out.
    pub(crate) const DEFAULTS: Defaults =
        Defaults { service: "mongod", config_file: "/etc/mongod.conf", port: 27017 };

    /// Where its template is named.
    pub(crate) fn template_place(&self) -> Option<Range<usize>> {
        self.section.template.as_ref().map(|template| template.span.clone())
    }
}

/// The databases of some hosts, in their order; `None` for a machine without one.
pub(crate) fn resolve(
    plan: &MongodbSection,
    (hosts, groups): (&[HostSection], &[GroupSection]),
    (files, diagnostics): (&mut LocalFiles<'_>, &Diagnostics),
) -> Vec<Option<Database>> {
    let groups: BTreeMap<&GroupName, &GroupSection> =
        groups.iter().map(|group| (&group.name.value, group)).collect();
    let database = |host: &HostSection, files: &mut LocalFiles<'_>| {
        let groups = host.groups.iter().filter_map(|group| groups.get(&group.value));
        let groups: Vec<_> = groups.filter_map(|group| group.mongodb.as_ref()).collect();
        let section = merge(plan, &groups, host.mongodb.as_ref())?;
        check_login(&section, diagnostics);
        let settings = settings(&section, files, diagnostics);
        Some(Database { section, settings })
    };
    if hosts.is_empty() {
        // The plan is refused for that, and its other mistakes are told all the same.
        check_login(plan, diagnostics);
        settings(plan, files, diagnostics);
    }
    hosts.iter().map(|host| database(host, files)).collect()
}

/// The merged keys. A group's `false` wins over any group's table, and a host's table over it.
fn merge(
    plan: &MongodbSection,
    groups: &[&DatabaseSection],
    host: Option<&DatabaseSection>,
) -> Option<MongodbSection> {
    let mut merged = plan.clone();
    let mut off = false;
    for group in groups {
        match group {
            DatabaseSection::None => off = true,
            DatabaseSection::Settings(section) => merged = (**section).clone().over(&merged),
        }
    }
    match host {
        Some(DatabaseSection::None) => None,
        Some(DatabaseSection::Settings(section)) => Some((**section).clone().over(&merged)),
        None => (!off).then_some(merged),
    }
}

/// User and password come together or not at all.
fn check_login(section: &MongodbSection, diagnostics: &Diagnostics) {
    let (span, violation) = match (&section.username, &section.password) {
        (Some(username), None) => {
            let violation =
                Violation::new("a database user without a password", "no `password` for it");
            let help = "add a reference, like `password = { env = \"MONGODB_PASSWORD\" }`";
            (&username.span, violation.help(help))
        }
        (None, Some(password)) => {
            let violation =
                Violation::new("a database password without a user", "no `username` for it");
            (&password.span, violation.help("add `username = \"...\"`"))
        }
        _ => return,
    };
    diagnostics.report_missing(span.clone(), violation);
}

fn settings(
    section: &MongodbSection,
    files: &mut LocalFiles<'_>,
    diagnostics: &Diagnostics,
) -> InstanceSettings {
    let section = section.clone();
    let default = Database::DEFAULTS;
    let client = section.client.as_ref();
    InstanceSettings {
        service: value(section.service).unwrap_or_else(|| UnitName::new(default.service)),
        config_file: value(section.config_file).unwrap_or_else(|| default.config_file.to_owned()),
        template: section.template.as_ref().and_then(|path| files.template(path)),
        port: value(section.port).unwrap_or(default.port),
        username: value(section.username),
        password: value(section.password).map(|secret| files.secret(secret)),
        drain: section.drain.unwrap_or(Duration::from_secs(15)),
        start_timeout: section.start_timeout.unwrap_or(Duration::from_secs(300)),
        confirm_within: section.confirm_within,
        tls: section.tls,
        client: client.and_then(|client| client_files(client, files, diagnostics)),
        read_with: section.read_with,
        certificate_days_left: section.certificate_days_left.unwrap_or(14),
    }
}

fn value<T>(written: Option<Written<T>>) -> Option<T> {
    written.and_then(|written| written.value)
}

fn client_files(
    client: &ClientSection,
    files: &LocalFiles<'_>,
    diagnostics: &Diagnostics,
) -> Option<ClientFiles> {
    let Some(ca_file) = &client.ca_file else {
        let message = format!("{} has no `ca_file`", client.name);
        let help = "name the CA that signed the members' certificates: `ca_file = \"ca.pem\"`";
        let violation = Violation::new(message, "`ca_file` is missing here").help(help);
        diagnostics.report_missing(client.span.clone(), violation);
        return None;
    };
    let ca_file = ca_file.value.as_ref().and_then(|path| files.find(path));
    let certificate_key_file =
        client.certificate_key_file.as_ref().and_then(|path| files.find(path));
    Some(ClientFiles { ca_file: ca_file?, certificate_key_file })
}
