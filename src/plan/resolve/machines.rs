//! Which hosts are on one machine, and what may not meet there.

use std::{collections::BTreeMap, net::IpAddr, ops::Range};

use super::databases::Database;
use crate::{
    name::HostName,
    plan::{
        diagnostics::Diagnostics,
        entry::Written,
        file::{hosts::HostSection, mongodb::MongodbSection},
        message::{all_of, quoted},
        model::{Machine, SshSettings},
        violation::Violation,
    },
};

/// The SSH port where the plan names none; only to find the hosts of one machine.
const SSH_PORT: u16 = 22;

/// A host with what has been made out of it.
pub(crate) struct Site<'a> {
    pub(crate) host: &'a HostSection,
    pub(crate) ssh: SshSettings,
    pub(crate) database: Option<&'a Database>,
}

/// The machines of some hosts, and the name of each host's machine in the order of the hosts.
pub(crate) fn resolve(
    sites: &[Site<'_>],
    diagnostics: &Diagnostics,
) -> (Vec<Machine>, Vec<HostName>) {
    let mut shared: BTreeMap<(String, u16), Vec<&Site<'_>>> = BTreeMap::new();
    let (mut machines, mut names) = (Vec::new(), Vec::new());
    for site in sites {
        let host = site.host;
        let key = (canonical(&host.address.value), host.port.unwrap_or(SSH_PORT));
        let others = shared.entry(key).or_default();
        let clash = others.iter().find_map(|other| clash(other, site));
        if let Some(Clash { violation, places: [first, second] }) = clash {
            diagnostics.report(second, violation.related(first, "first used here"));
        }
        if others.is_empty() {
            machines.push(machine(site));
        }
        others.push(site);
        names.extend(others.first().map(|first| first.host.name.clone()));
    }
    (machines, names)
}

fn machine(site: &Site<'_>) -> Machine {
    Machine {
        name: site.host.name.clone(),
        address: site.host.address.value.clone(),
        port: site.host.port,
        ssh: site.ssh.clone(),
    }
}

/// One spelling of an address.
fn canonical(address: &str) -> String {
    let number = address.parse::<IpAddr>().map(|number| number.to_string());
    number.unwrap_or_else(|_| address.to_lowercase())
}

/// Why two hosts cannot be on one machine, and where each of them says so.
struct Clash {
    violation: Violation,
    places: [Range<usize>; 2],
}

fn clash(first: &Site<'_>, second: &Site<'_>) -> Option<Clash> {
    let names = [first, second].map(|site| quoted(site.host.name.as_str()));
    let both = format!("hosts {} and {} have one address", names[0], names[1]);
    let addresses = [first, second].map(|site| site.host.address.span.clone());
    if first.host.port.is_some() != second.host.port.is_some() {
        let message = format!("{both}, and only one of them names its `port`");
        let violation = Violation::new(message, "perhaps the same machine")
            .help("write `port` for both or for neither");
        return Some(Clash { violation, places: addresses });
    }
    if first.ssh != second.ssh {
        let message = format!("{both}, and other keys in `ssh`");
        let violation = Violation::new(message, "the same machine")
            .help("a machine is reached in one way: write the same `ssh` for both");
        return Some(Clash { violation, places: [first, second].map(Site::ssh_place) });
    }
    let same = same_keys(&first.database?.section, &second.database?.section);
    if same.is_empty() {
        return None;
    }
    let keys = all_of(same);
    let violation = Violation::new(format!("{both}, and the same {keys}"), "the same machine");
    let help = format!(
        "give each host its own address, or each database its own {keys} in `mongodb = {{ ... }}`"
    );
    Some(Clash { violation: violation.help(help), places: addresses })
}

/// What only one database of a machine can have.
fn same_keys(first: &MongodbSection, second: &MongodbSection) -> Vec<&'static str> {
    let default = Database::DEFAULTS;
    let unit = |name: &str| name.strip_suffix(".service").unwrap_or(name).to_owned();
    let services =
        [first, second].map(|it| mapped(it.service.as_ref(), |name| unit(name.as_str())));
    let files = [first, second].map(|it| it.config_file.clone());
    let ports = [first, second].map(|it| it.port.clone());
    let same = [
        ("service", are_same(&services, &default.service.to_owned())),
        ("config_file", are_same(&files, &default.config_file.to_owned())),
        ("port", are_same(&ports, &default.port)),
    ];
    same.into_iter().filter(|(_, same)| *same).map(|(key, _)| key).collect()
}

/// Whether two keys have one value. A wrong value equals only itself: the same text in the plan.
fn are_same<T: PartialEq>(written: &[Option<Written<T>>; 2], default: &T) -> bool {
    let [first, second] = written;
    let value = |key: &Option<Written<T>>| match key {
        Some(key) => key.value.is_some(),
        None => true,
    };
    if !value(first) || !value(second) {
        return matches!((first, second), (Some(first), Some(second)) if first.span == second.span);
    }
    let [first, second] = [first, second]
        .map(|key| key.as_ref().and_then(|key| key.value.as_ref()).unwrap_or(default));
    first == second
}

fn mapped<T, U>(key: Option<&Written<T>>, map: impl FnOnce(&T) -> U) -> Option<Written<U>> {
    key.map(|key| Written { value: key.value.as_ref().map(map), span: key.span.clone() })
}

impl Site<'_> {
    /// Where the host says how its machine is reached.
    fn ssh_place(&self) -> Range<usize> {
        let own = self.host.ssh.as_ref().map(|ssh| ssh.span.clone());
        own.unwrap_or_else(|| self.host.address.span.clone())
    }
}
