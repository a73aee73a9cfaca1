//! A host of a plan.

use serde_json::{Map, Value};

use super::InstanceSettings;
use crate::{
    client::settings::TlsFiles,
    name::{GroupName, HostName},
};

/// One host of the plan: a machine, and the database process on it where the plan has one. Variables and
/// settings are merged (host over group over plan).
#[derive(Clone, Debug)]
pub struct PlanHost {
    /// The key under `[hosts]`.
    pub name: HostName,
    /// The machine it is on.
    pub machine: HostName,
    /// Where SSH connects to.
    pub address: String,
    /// The groups it is in.
    pub groups: Vec<GroupName>,
    /// The merged variables.
    pub vars: Map<String, Value>,
    /// The database process; `None` for a machine alone.
    pub instance: Option<InstanceSettings>,
}

impl PlanHost {
    /// The TLS files that the plan names for its server; none for a machine alone.
    #[must_use]
    pub fn tls(&self) -> &TlsFiles {
        const NONE: &TlsFiles = &TlsFiles { ca_file: None, certificate_key_file: None };
        self.instance.as_ref().map_or(NONE, |instance| &instance.tls)
    }
}
