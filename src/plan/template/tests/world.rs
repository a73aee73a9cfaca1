//! What a template is tried with.

use serde_json::{Map, Value, json};

use crate::{
    client::settings::TlsFiles,
    cluster::mode::TlsMode,
    name::HostName,
    plan::{
        model::TemplateFile,
        template::{Scope, Template, TemplateError},
    },
};

/// The world that a template is tried in.
pub(super) struct World {
    pub(super) vars: Map<String, Value>,
    pub(super) host: HostName,
    pub(super) tls: TlsFiles,
    pub(super) current: Option<Value>,
}

impl World {
    pub(super) fn new(vars: Value) -> Self {
        let Value::Object(vars) = vars else { panic!("variables are a mapping") };
        let tls = TlsFiles {
            ca_file: Some("/etc/ssl/mongodb/ca.pem".into()),
            certificate_key_file: Some("/etc/ssl/mongodb/server.pem".into()),
        };
        Self { vars, host: HostName::new("db1"), tls, current: None }
    }

    pub(super) fn rs0() -> Self {
        Self::new(json!({"cache_gb": 0.25, "replica_set": "rs0", "bind_name": "db1.lab.test"}))
    }

    pub(super) fn scope(&self, mode: TlsMode) -> Scope<'_> {
        Scope {
            vars: &self.vars,
            host_name: &self.host,
            host_address: "10.99.0.11",
            mode,
            tls: &self.tls,
            current: self.current.as_ref(),
        }
    }

    pub(super) fn render(&self, text: &str, mode: TlsMode) -> Result<String, String> {
        compile(text).unwrap().render(&self.scope(mode)).map_err(|problem| problem.to_string())
    }

    pub(super) fn unknown(&self, text: &str) -> Vec<String> {
        let known = self.scope(TlsMode::Allow).known();
        compile(text).unwrap().check_variables(&known).iter().map(told).collect()
    }
}

pub(super) fn compile(text: &str) -> Result<Template, Vec<TemplateError>> {
    Template::compile(&TemplateFile { path: "t.hbs".into(), text: text.to_owned() })
}

pub(super) fn told(problem: &TemplateError) -> String {
    match &problem.help {
        Some(help) => format!("{problem}; {help}"),
        None => problem.to_string(),
    }
}
