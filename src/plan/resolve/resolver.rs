//! Makes a [`Plan`] of a [`PlanFile`], reporting everything that stands in the way.
//!
//! It always makes one, with what could be made out; a plan with problems never leaves `load`.

use std::path::Path;

use super::{
    controller::Controller,
    databases,
    hosts::{self, Variables},
    local_files::LocalFiles,
    machines::{self, Site},
    mode_order, ssh, steps,
};
use crate::plan::{
    diagnostics::Diagnostics,
    file::plan_file::PlanFile,
    model::{Machine, Plan, PlanHost, PlanSum},
    template::{self, NamedTemplate},
};

/// Resolves a plan that was read from a path.
pub(crate) fn resolve(
    file: PlanFile,
    (path, sum): (&Path, PlanSum),
    diagnostics: &Diagnostics,
) -> Plan {
    hosts::check_groups(&file.hosts, &file.groups, diagnostics);
    mode_order::check(&file.steps, diagnostics);
    let mut files = LocalFiles::new(Controller::of(path), diagnostics);
    let (machines, hosts, templates) = resolve_hosts(&file, &mut files, diagnostics);
    let steps = steps::resolve(file.steps, &hosts, diagnostics);
    let plan = Plan {
        name: file.name.unwrap_or_else(|| stem(path)),
        path: path.to_owned(),
        sum,
        machines,
        hosts,
        rules: file.rules,
        parallelism: file.parallelism,
        steps,
        waivers: file.waivers,
        window: file.window,
    };
    template::check(&plan, &templates, diagnostics);
    plan
}

/// Machines, hosts, and where the hosts' templates are named.
fn resolve_hosts(
    file: &PlanFile,
    files: &mut LocalFiles<'_>,
    diagnostics: &Diagnostics,
) -> (Vec<Machine>, Vec<PlanHost>, Vec<NamedTemplate>) {
    let ssh = ssh::resolve(&file.ssh, &file.hosts, (files, diagnostics));
    let entries = (file.hosts.as_slice(), file.groups.as_slice());
    let databases = databases::resolve(&file.mongodb, entries, (files, diagnostics));
    let sites: Vec<_> = file
        .hosts
        .iter()
        .zip(ssh)
        .zip(&databases)
        .map(|((host, ssh), database)| Site { host, ssh, database: database.as_ref() })
        .collect();
    let (machines, names) = machines::resolve(&sites, diagnostics);
    let variables = Variables::new(&file.vars, &file.groups);
    let templates = sites.iter().filter_map(|site| {
        let place = site.database?.template_place()?;
        Some(NamedTemplate { host: site.host.name.clone(), place })
    });
    let templates = templates.collect();
    let hosts = file.hosts.iter().zip(names).zip(&databases).map(|((host, machine), database)| {
        let instance = database.as_ref().map(|database| database.settings.clone());
        hosts::resolve(host, &variables, (machine, instance))
    });
    (machines, hosts.collect(), templates)
}

/// What a plan without a name is called.
fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
