//! The files a plan wants: rendered from its template, or the file in place with `net.tls` edited.

use std::{collections::BTreeMap, fs};

use serde_json::{Map, Value};

use super::config_files::{ConfigFiles, NewFile};
use crate::{
    client::settings::TlsFiles,
    cluster::{
        certificate::Certificate,
        clients::LOG_VERSIONS,
        config::{
            ConfigError, ConfigFile, EditError, HandshakeLogging, TlsEdit, describe_change, diff,
            edit_tls,
        },
        mode::{OptionNames, TlsMode},
    },
    error::{Cause, Designed, Exit},
    name::HostName,
    plan::{
        Plan,
        template::{RenderedError, Scope, Template, TemplateError, validate_rendered},
    },
};

/// The texts of one plan. The template was checked when the plan was loaded.
pub struct PlanFiles {
    handshake_logging: HandshakeLogging,
    hosts: BTreeMap<HostName, HostScope>,
    client: Option<Certificate>,
}

struct HostScope {
    path: String,
    tls: TlsFiles,
    template: Option<Template>,
    address: String,
    vars: Map<String, Value>,
}

/// Why there is no file to want.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// The file in place is no configuration that mongod would take.
    #[error("the configuration file in place cannot be read")]
    InPlace(#[source] ConfigError),
    /// The template does not render for a host.
    #[error("the template does not render")]
    Render(#[source] TemplateError),
    /// It renders, and not to what was meant.
    #[error("the template renders to something else than was meant")]
    Meant(#[source] RenderedError),
    /// `net.tls` of the file in place cannot be edited.
    #[error("net.tls of the file in place cannot be edited")]
    Edit(#[source] EditError),
    /// The plan has no such host.
    #[error("the plan has no host `{0}`")]
    Host(HostName),
}

impl Designed for FilesError {
    fn exit(&self) -> Exit {
        match self {
            Self::Render(_) | Self::Meant(_) | Self::Host(_) => Exit::Plan,
            Self::InPlace(_) | Self::Edit(_) => Exit::Refused,
        }
    }
}

impl PlanFiles {
    /// The files of a plan; its template has to compile, which loading the plan made sure of.
    pub fn new(plan: &Plan) -> Result<Self, FilesError> {
        let hosts = plan.instances().map(|(host, instance)| {
            let template = instance.template.as_ref().map(Template::compile).transpose();
            let template =
                template.map_err(|mut problems| FilesError::Render(problems.swap_remove(0)))?;
            let scope = HostScope {
                path: instance.config_file.clone(),
                tls: instance.tls.clone(),
                template,
                address: host.address.clone(),
                vars: host.vars.clone(),
            };
            Ok((host.name.clone(), scope))
        });
        let hosts = hosts.collect::<Result<_, FilesError>>()?;
        Ok(Self { handshake_logging: plan.handshake_logging(), hosts, client: client(plan) })
    }

    fn host(&self, host: &HostName) -> Result<&HostScope, FilesError> {
        self.hosts.get(host).ok_or_else(|| FilesError::Host(host.clone()))
    }

    /// A text beside the file in place, with the change in words and as a diff.
    pub(super) fn compared(
        &self,
        host: &HostName,
        in_place: &str,
        text: String,
    ) -> Result<NewFile, Cause> {
        if text == in_place {
            return Ok(NewFile { text, change: String::new(), diff: String::new() });
        }
        let (old, new) = (parsed(in_place)?, parsed(&text)?);
        let change = describe_change(&old, &new);
        Ok(NewFile {
            diff: diff(&old, &new, &self.host(host).map_err(Cause::new)?.path),
            change,
            text,
        })
    }

    fn text(
        &self,
        host: &HostName,
        mode: TlsMode,
        in_place: &ConfigFile,
    ) -> Result<String, FilesError> {
        let own = self.host(host)?;
        let Some(template) = &own.template else { return self.edited(own, mode, in_place) };
        let scope = Scope {
            vars: &own.vars,
            host_name: host,
            host_address: &own.address,
            mode,
            tls: &own.tls,
            current: Some(in_place.value()),
        };
        let text = template.render(&scope).map_err(FilesError::Render)?;
        let rendered = validate_rendered(&text, mode, Some(in_place)).map_err(FilesError::Meant)?;
        match self.log_versions(mode, rendered.tls().option_names) {
            None => Ok(text),
            log_versions => {
                let edit = TlsEdit {
                    mode,
                    ca_file: None,
                    certificate_key_file: None,
                    log_versions,
                    option_names: OptionNames::Tls,
                };
                // A layout that cannot be edited stays as it is; the gate says then that it is blind.
                Ok(edit_tls(&text, &edit).unwrap_or(text))
            }
        }
    }

    /// What a plan that asks for the clients adds, where the server has a name for it: `net.ssl` has
    /// none.
    fn log_versions(&self, mode: TlsMode, option_names: Option<OptionNames>) -> Option<String> {
        let fits = mode.takes_tls() && option_names != Some(OptionNames::Ssl);
        (fits && self.handshake_logging == HandshakeLogging::Needed)
            .then(|| LOG_VERSIONS.to_owned())
    }

    fn edited(
        &self,
        own: &HostScope,
        mode: TlsMode,
        in_place: &ConfigFile,
    ) -> Result<String, FilesError> {
        let edit = TlsEdit {
            mode,
            ca_file: own.tls.ca_file.clone(),
            certificate_key_file: own.tls.certificate_key_file.clone(),
            log_versions: self.log_versions(mode, in_place.tls().option_names),
            option_names: OptionNames::Tls,
        };
        edit_tls(in_place.text(), &edit).map_err(FilesError::Edit)
    }
}

impl ConfigFiles for PlanFiles {
    fn mode_of(&self, text: &str) -> Result<TlsMode, Cause> {
        Ok(parsed(text)?.tls().mode)
    }

    fn wanted(&self, host: &HostName, mode: TlsMode, in_place: &str) -> Result<NewFile, Cause> {
        let text = self.text(host, mode, &parsed(in_place)?).map_err(Cause::new)?;
        self.compared(host, in_place, text)
    }

    fn client(&self) -> Option<&Certificate> {
        self.client.as_ref()
    }
}

/// One that cannot be read is told where it is used.
fn client(plan: &Plan) -> Option<Certificate> {
    let client = plan.instances().find_map(|(_, instance)| instance.client.as_ref());
    let path = client?.certificate_key_file.as_ref()?;
    Certificate::first(&fs::read(path).ok()?)
}

fn parsed(text: &str) -> Result<ConfigFile, Cause> {
    ConfigFile::parse(text).map_err(|error| Cause::new(FilesError::InPlace(error)))
}
