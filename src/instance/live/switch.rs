//! The dead-man's switch of a host: armed with what its files say of the server, settled by somebody
//! who comes in anew, for that the way in still works is part of what is confirmed.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::task::JoinHandle;

use super::{fault, inner::Inner};
use crate::{
    cluster::{
        config::{ConfigFile, PassPhrase},
        mode::TlsMode,
    },
    error::node_error::NodeError,
    host::{
        Host,
        deadman::{ArmRequest, SettleAction, SettleReport, SwitchId},
        digest::Digest,
        transport::{Transport, TransportError},
    },
    instance::{
        health_probe::{HealthProbe, ProbeKind, probe_script},
        look::Arm,
    },
};

type Way = Result<Arc<dyn Transport>, TransportError>;

/// A connection that is made while something else is waited for.
#[derive(Default)]
pub(super) struct Visit(Mutex<Option<JoinHandle<Way>>>);

impl Visit {
    fn swap(&self, next: Option<JoinHandle<Way>>) -> Option<JoinHandle<Way>> {
        std::mem::replace(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner), next)
    }
}

impl Inner {
    /// Begins to come in anew.
    pub(super) fn knock(&self) {
        let transport = Arc::clone(self.host.transport());
        self.visit.swap(Some(tokio::spawn(async move { transport.afresh().await })));
    }

    pub(super) async fn arm(&self, arm: &Arm) -> Result<(), NodeError> {
        let (old, new) = (self.health_probe(&arm.old.text), self.health_probe(&arm.new));
        let request = ArmRequest {
            id: &arm.id,
            file: &self.mongodb.config_file,
            seen: arm.in_place,
            back_to: arm.old.digest,
            next: Digest::from_content(arm.new.as_bytes()),
            unit: &self.mongodb.service,
            within: arm.within,
            start: arm.start,
            probe: probe_script(self.mongodb.port, &old, &new),
        };
        let armed = self.host.arm(request).await;
        armed.map_err(|error| {
            if error.is_unknown() { NodeError::unknown(error) } else { NodeError::not_done(error) }
        })
    }

    pub(super) async fn settle(
        &self,
        id: &SwitchId,
        action: SettleAction,
    ) -> Result<SettleReport, NodeError> {
        let host = self.come_in().await?;
        host.settle(id, action).await.map_err(fault::of_replace)
    }

    /// The host over a connection that did not exist when the member was restarted.
    async fn come_in(&self) -> Result<Host, NodeError> {
        let way = match self.visit.swap(None) {
            Some(visit) => visit.await.ok(),
            None => None,
        };
        let way = match way {
            Some(Ok(way)) if !way.is_lost() => Ok(way),
            _ => self.host.transport().afresh().await,
        };
        let not_reached = |source| self.host.not_reached("coming in anew", source);
        let way = way.map_err(|source| NodeError::not_done(not_reached(source)))?;
        Ok(self.host.with_transport(way))
    }

    /// How the server will have to be asked on this file.
    fn health_probe(&self, text: &str) -> HealthProbe {
        let Ok(file) = ConfigFile::parse(text) else { return HealthProbe::default() };
        let (tls, plan) = (file.tls(), &self.mongodb.tls);
        // What a member shows to its peers is what its server takes from a client for sure.
        let pem = tls.cluster_file.clone().or_else(|| tls.certificate_key_file.clone());
        let mute = tls.mode == TlsMode::Require && tls.pass_phrase == PassPhrase::Needed;
        HealthProbe {
            address: file.dial_address(),
            certificate_key_file: pem.or_else(|| plan.certificate_key_file.clone()),
            kind: if mute { ProbeKind::Port } else { ProbeKind::Reply },
        }
    }
}
