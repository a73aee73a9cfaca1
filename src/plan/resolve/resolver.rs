//! Makes a [`Plan`] of a [`PlanFile`], reporting everything that stands in the way.
//!
//! It always makes one, with what could be made out; a plan with problems never leaves `load`.

use std::path::{Path, PathBuf};

use super::{controller::Controller, hosts, ladder, steps};
use crate::plan::{
    entry::At,
    fault::Fault,
    file::{mongodb::MongodbSection, plan_file::PlanFile, ssh::SshSection},
    model::{ClientFiles, MongodbSettings, Plan, PlanHost, SecretRef, SshSettings, TemplateFile},
    problem::Problem,
    sheet::Sheet,
};

/// A check of the template's own text: its problems stand in the template's file.
pub(crate) type TemplateCheck = fn(&TemplateFile, &[PlanHost]) -> Vec<Problem>;

/// Resolves a plan that was read from a path.
pub(crate) fn resolve(
    file: PlanFile,
    path: &Path,
    sheet: &Sheet,
    template_checks: &[TemplateCheck],
) -> Plan {
    let resolver = Resolver { controller: Controller::of(path), sheet };
    resolver.refuse_unbuilt(&file);
    hosts::check_addresses(&file.hosts, sheet);
    hosts::check_groups(&file.hosts, &file.groups, sheet);
    ladder::check(&file.steps, sheet);
    let hosts = hosts::merge(file.hosts, &file.groups, &file.vars);
    let steps = steps::resolve(file.steps, &hosts, sheet);
    let mongodb = resolver.mongodb(file.mongodb);
    if let Some(template) = &mongodb.template {
        let problems = template_checks.iter().flat_map(|check| check(template, &hosts));
        problems.for_each(|problem| sheet.add(problem));
    }
    Plan {
        name: file.name.unwrap_or_else(|| stem(path)),
        path: path.to_owned(),
        ssh: resolver.ssh(file.ssh),
        mongodb,
        hosts,
        steps,
        waivers: file.waivers,
    }
}

/// What a plan without a name is called.
fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

struct Resolver<'a> {
    controller: Controller,
    sheet: &'a Sheet,
}

impl Resolver<'_> {
    fn refuse_unbuilt(&self, file: &PlanFile) {
        for unbuilt in &file.unbuilt {
            let fault = Fault::new(
                format!("{} not built yet", unbuilt.what),
                "refused rather than ignored",
            );
            self.sheet.fault(unbuilt.span.clone(), fault.help(unbuilt.help));
        }
    }

    fn ssh(&self, section: SshSection) -> SshSettings {
        SshSettings {
            user: section.user,
            identity_file: section.identity_file.and_then(|path| self.find(&path)),
            identity_passphrase: section.identity_passphrase.map(|secret| self.secret(secret)),
            known_hosts: section.known_hosts.and_then(|path| self.find(&path)),
            r#become: section.r#become,
            become_password: section.become_password.map(|secret| self.secret(secret)),
        }
    }

    fn mongodb(&self, section: MongodbSection) -> MongodbSettings {
        let client = section.client.and_then(|client| {
            let ca_file = self.find(&client.ca_file);
            let certificate_key_file =
                client.certificate_key_file.and_then(|path| self.find(&path));
            Some(ClientFiles { ca_file: ca_file?, certificate_key_file })
        });
        MongodbSettings {
            service: section.service,
            config_file: section.config_file,
            template: section.template.and_then(|path| self.template(&path)),
            port: section.port,
            username: section.username,
            password: section.password.map(|secret| self.secret(secret)),
            drain: section.drain,
            write_outage: section.write_outage,
            max_lag: section.max_lag,
            start_timeout: section.start_timeout,
            tls: section.tls,
            client,
            read_with: section.read_with,
        }
    }

    fn find(&self, written: &At<String>) -> Option<PathBuf> {
        self.told(written, self.controller.find(&written.value))
    }

    fn template(&self, written: &At<String>) -> Option<TemplateFile> {
        let (path, text) = self.told(written, self.controller.read(&written.value))?;
        Some(TemplateFile { path, text })
    }

    /// A secret's path is found, not opened: a check may run where the secret is not.
    fn secret(&self, secret: SecretRef) -> SecretRef {
        match secret {
            SecretRef::File(path) => {
                let located = self.controller.locate(&path.to_string_lossy());
                SecretRef::File(located.unwrap_or(path))
            }
            SecretRef::Env(_) | SecretRef::Command(_) => secret,
        }
    }

    fn told<T>(&self, written: &At<String>, found: Result<T, Fault>) -> Option<T> {
        found.map_err(|fault| self.sheet.fault(written.span.clone(), fault)).ok()
    }
}
