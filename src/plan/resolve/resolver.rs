//! Makes a [`Plan`] of a [`PlanFile`], reporting everything that stands in the way.
//!
//! It always makes one, with what could be made out; a plan with problems never leaves `load`.

use std::path::{Path, PathBuf};

use super::{controller::Controller, hosts, mode_order, steps};
use crate::{
    client::settings::ClientFiles,
    plan::{
        diagnostics::Diagnostics,
        entry::Spanned,
        file::{mongodb::MongodbSection, plan_file::PlanFile, ssh::SshSection},
        model::{InstanceSettings, Parallelism, Plan, SetRules, SshSettings, TemplateFile},
        template,
        violation::Violation,
    },
    secret::SecretRef,
};

/// Resolves a plan that was read from a path.
pub(crate) fn resolve(file: PlanFile, path: &Path, diagnostics: &Diagnostics) -> Plan {
    let resolver = Resolver { controller: Controller::of(path), diagnostics };
    resolver.refuse_unbuilt(&file);
    hosts::check_addresses(&file.hosts, diagnostics);
    hosts::check_groups(&file.hosts, &file.groups, diagnostics);
    mode_order::check(&file.steps, diagnostics);
    let ssh = resolver.ssh(file.ssh);
    let named = file.mongodb.template.as_ref().map(|template| template.span.clone());
    let (rules, mongodb) = resolver.mongodb(file.mongodb);
    let machines = hosts::machines(&file.hosts, &ssh);
    let hosts = hosts::merge(file.hosts, &file.groups, (&file.vars, &mongodb));
    let steps = steps::resolve(file.steps, &hosts, diagnostics);
    let plan = Plan {
        name: file.name.unwrap_or_else(|| stem(path)),
        path: path.to_owned(),
        machines,
        hosts,
        rules,
        parallelism: Parallelism::default(),
        steps,
        waivers: file.waivers,
        window: file.window,
    };
    if let Some(named) = named {
        template::check(&plan, &named, diagnostics);
    }
    plan
}

/// What a plan without a name is called.
fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

struct Resolver<'a> {
    controller: Controller,
    diagnostics: &'a Diagnostics,
}

impl Resolver<'_> {
    fn refuse_unbuilt(&self, file: &PlanFile) {
        for unbuilt in &file.unbuilt {
            let violation = Violation::new(
                format!("{} not built yet", unbuilt.what),
                "refused rather than ignored",
            );
            self.diagnostics.report(unbuilt.span.clone(), violation.help(unbuilt.help));
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

    fn mongodb(&self, section: MongodbSection) -> (SetRules, InstanceSettings) {
        let client = section.client.and_then(|client| {
            let ca_file = self.find(&client.ca_file);
            let certificate_key_file =
                client.certificate_key_file.and_then(|path| self.find(&path));
            Some(ClientFiles { ca_file: ca_file?, certificate_key_file })
        });
        let MongodbSection { write_outage, max_lag, rollback, .. } = section;
        let rules = SetRules { write_outage, max_lag, rollback };
        let instance = InstanceSettings {
            service: section.service,
            config_file: section.config_file,
            template: section.template.and_then(|path| self.template(&path)),
            port: section.port,
            username: section.username,
            password: section.password.map(|secret| self.secret(secret)),
            drain: section.drain,
            start_timeout: section.start_timeout,
            confirm_within: section.confirm_within,
            tls: section.tls,
            client,
            read_with: section.read_with,
            certificate_days_left: section.certificate_days_left,
        };
        (rules, instance)
    }

    fn find(&self, written: &Spanned<String>) -> Option<PathBuf> {
        self.told(written, self.controller.find(&written.value))
    }

    fn template(&self, written: &Spanned<String>) -> Option<TemplateFile> {
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

    fn told<T>(&self, written: &Spanned<String>, found: Result<T, Violation>) -> Option<T> {
        found.map_err(|violation| self.diagnostics.report(written.span.clone(), violation)).ok()
    }
}
