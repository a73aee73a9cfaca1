//! The first contact with a host's member: root, the service, the file, the way to its server.

use std::sync::Arc;

use super::{
    fault, inner::Inner, known::Known, live_instance::LiveInstance, servers::Servers, switch::Visit,
};
use crate::{
    client::{endpoint::Credential, settings::TlsFiles},
    cluster::config::{ConfigFile, LogTo, PeerDialConfig},
    error::node_error::NodeError,
    host::live_machine::LiveMachine,
    plan::model::{InstanceSettings, PlanHost, Rollback},
};

/// Makes an instance on a machine. Fails where root cannot be had or the unit is not there.
pub async fn start(
    machine: &LiveMachine,
    place: &PlanHost,
    settings: &InstanceSettings,
    (rollback, login): (Rollback, Option<Credential>),
) -> Result<LiveInstance, NodeError> {
    let host = machine.host().named(place.name.clone());
    let survey = host.survey(&settings.service, &settings.config_file, None).await;
    let survey = survey.map_err(fault::of_facts)?;
    machine.know_id(&survey.machine);
    let host = Arc::new(host);
    let servers = Servers::new(host.transport(), &host, settings, login);
    Ok(LiveInstance::new(Inner {
        host,
        mongodb: settings.clone(),
        address: place.address.clone(),
        service: survey.service,
        argv: survey.argv,
        not_replaceable: survey.not_replaceable,
        writable_search_path: survey.writable_search_path,
        helpless: survey.no_auto_revert.filter(|_| rollback == Rollback::Host),
        known: Known::default(),
        servers,
        machine: machine.clone(),
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
    memory.outgoing = PeerDialConfig::from_config(file);
    memory.log = match file.log() {
        LogTo::File(path) => Some(path),
        _ => None,
    };
}
