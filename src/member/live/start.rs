//! The first contact with a host's member: root, the service, the file, the way to its server.

use std::sync::Arc;

use super::{
    fault,
    known::Known,
    node::{Inner, LiveNode},
};
use crate::{
    cluster::config::ConfigFile,
    host::{Host, transport::Transport},
    member::error::NodeError,
    mongo::endpoint::Credential,
    plan::model::{MongodbSettings, SshSettings},
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
    name: crate::name::HostName,
    transport: Arc<dyn Transport>,
    ssh: &SshSettings,
    mongodb: &MongodbSettings,
    access: Access,
) -> Result<LiveNode, NodeError> {
    let mut host = Host::new(name, Arc::clone(&transport), ssh.r#become);
    if let Some(password) = access.sudo {
        host = host.with_password(password);
    }
    let survey = host
        .survey(&mongodb.service, &mongodb.config_file, None)
        .await
        .map_err(fault::of_facts)?;
    let inner = Inner {
        host,
        transport,
        mongodb: mongodb.clone(),
        credential: access.database,
        service: survey.service,
        known: Known::default(),
    };
    Ok(LiveNode::new(inner))
}

/// What the file in place says about the way to its server.
pub(super) fn learn(known: &Known, file: &ConfigFile) {
    let mut memory = known.lock();
    memory.address = Some(file.dial_address());
    memory.mode.get_or_insert(file.tls().mode);
    memory.log = match file.log() {
        crate::cluster::config::LogTo::File(path) => Some(path),
        _ => None,
    };
}
