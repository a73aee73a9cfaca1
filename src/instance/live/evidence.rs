//! What is true of the member, asked in more than one way, for the end of a run and for auditors.

use std::io;

use jiff::Timestamp;

use super::{inner::Inner, live_instance::LiveInstance};
use crate::{
    client::{
        connector::Freshness,
        probe::{ProbeResult, probe_plaintext},
        process::command_line,
    },
    cluster::{certificate::Certificate, config::ConfigFile, health::own_state, mode::TlsMode},
    error::node_error::NodeError,
    event::{CertificateSeen, Evidence, Modes, Probe},
    host::digest::Digest,
    instance::{Instance, Server, look::Fresh},
};

/// What a server at requireTLS writes down of a connection without TLS, of whichever version.
const REFUSAL: &str = "The server is configured to only allow SSL connections";

impl LiveInstance {
    /// Collects it. What cannot be had is said in its place.
    pub(super) async fn collect_evidence(&self) -> Result<Evidence, NodeError> {
        let inner = &*self.0;
        let look = self.look().await?;
        let view = inner.read(Fresh::Any).await?.view;
        let file = ConfigFile::parse(&look.file.text).ok().map(|file| file.tls().mode);
        let started_with = inner.started_with().await;
        let tls = match self.reach_by_tls().await {
            Ok(()) => Probe::Accepted,
            Err(error) => Probe::Refused(error.chain()),
        };
        Ok(Evidence {
            host: inner.host.name().clone(),
            member: view.status.me.clone(),
            state: own_state(&view),
            version: view.version.to_string(),
            mode: Modes { running: view.mode, started_with, file },
            certificate: self.certificate_seen().await,
            tls,
            plaintext: inner.plaintext().await,
        })
    }

    async fn certificate_seen(&self) -> Option<CertificateSeen> {
        let path = self.0.known.lock().files.certificate_key_file.clone()?;
        let certificate = Certificate::first(&self.0.certificate().await?)?;
        let time = |seconds| Timestamp::from_second(seconds).map(|it| it.to_string()).ok();
        Some(CertificateSeen {
            path,
            sha256: Digest::from_content(&certificate.der).to_string(),
            not_before: time(certificate.valid.0)?,
            not_after: time(certificate.valid.1)?,
            subject: certificate.subject,
            issuer: certificate.issuer,
        })
    }
}

impl Inner {
    async fn started_with(&self) -> Option<TlsMode> {
        let database = self.database(Freshness::Any).await.ok()?;
        let options = command_line(&*database).await.ok()?.parsed;
        Some(super::clients::logging(&options).start_mode)
    }

    /// Tries plaintext; the server's own words on it are in its log.
    async fn plaintext(&self) -> Probe {
        let (place, _) = self.place();
        let log = self.known.lock().log.clone().unwrap_or_default();
        let mark = self.host.log_mark(&log).await.ok();
        let hung = match probe_plaintext(self.servers.transport(), &place.address, place.port).await
        {
            ProbeResult::Answered => return Probe::Accepted,
            ProbeResult::Unreached(error) => return Probe::Unknown(error.to_string()),
            ProbeResult::Closed(error) if error.kind() == io::ErrorKind::TimedOut => {
                return Probe::Unknown("it kept silent".to_owned());
            }
            ProbeResult::Closed(error) => error.to_string(),
        };
        let Some(mark) = mark else { return Probe::Refused(hung) };
        let since = self.host.log_since(&mark, &self.mongodb.service).await;
        let own = since.is_ok_and(|since| since.says(REFUSAL));
        Probe::Refused(if own { REFUSAL.to_owned() } else { hung })
    }
}
