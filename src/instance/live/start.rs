//! The first contact with a host's member: root, the service, the file, the way to its server.

use std::sync::{Arc, OnceLock};

use super::{fault, inner::Inner, known::Known, node::LiveNode, servers::Servers, switch::Visit};
use crate::{
    client::{endpoint::Credential, settings::TlsFiles},
    cluster::config::{ConfigFile, LogTo, Outgoing},
    error::node_error::NodeError,
    host::{Host, transport::Transport},
    plan::model::{MongodbSettings, PlanHost, SshSettings},
    secret::Secret,
};

/// The secrets of a run, loaded.
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// For sudo, where it asks.
    pub sudo: Option<Secret>,
    /// For the database, where it has logins.
    pub database: Option<Credential>,
}

/// Makes a node of a connected host. Fails where root cannot be had or the unit is not there.
pub async fn start(
    place: &PlanHost,
    transport: Arc<dyn Transport>,
    ssh: &SshSettings,
    mongodb: &MongodbSettings,
    access: Access,
) -> Result<LiveNode, NodeError> {
    let mut host = Host::new(place.name.clone(), Arc::clone(&transport), ssh.r#become);
    if let Some(password) = access.sudo {
        host = host.with_password(password);
    }
    let survey =
        host.survey(&mongodb.service, &mongodb.config_file, None).await.map_err(fault::of_facts)?;
    let host = Arc::new(host);
    let servers = Servers::new(&transport, &host, mongodb, access.database);
    Ok(LiveNode::new(Inner {
        host,
        mongodb: mongodb.clone(),
        address: place.address.clone(),
        service: survey.service,
        argv: survey.argv,
        not_replaceable: survey.not_replaceable,
        helpless: survey.no_auto_revert,
        known: Known::default(),
        servers,
        machine: survey.machine,
        lease: OnceLock::new(),
        visit: Visit::default(),
    }))
}

/// What the file in place says about the way to its server.
pub(super) fn learn(known: &Known, file: &ConfigFile, plan: &TlsFiles) {
    let mut memory = known.lock();
    memory.address = Some(file.dial_address());
    memory.mode.get_or_insert(file.tls().mode);
    let tls = file.tls();
    memory.files = TlsFiles {
        ca_file: tls.ca_file.clone().or_else(|| plan.ca_file.clone()),
        certificate_key_file: tls
            .certificate_key_file
            .clone()
            .or_else(|| plan.certificate_key_file.clone()),
    };
    memory.outgoing = Outgoing::of(file);
    memory.log = match file.log() {
        LogTo::File(path) => Some(path),
        _ => None,
    };
}
