//! How the host of a server asks it whether it is healthy, when no confirmation of a change comes.

use super::script::HEALTH_PROBE;
use crate::host::deadman::ProbeScript;

/// How a server is asked by its own host: one that is asked in a wrong way is taken for unhealthy,
/// and its change is reverted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HealthProbe {
    /// The address that it listens on.
    pub address: String,
    /// The certificate and key to show it, where its file names one.
    pub certificate_key_file: Option<String>,
    /// How much can be asked.
    pub kind: ProbeKind,
}

/// How much a host can ask its own server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProbeKind {
    /// The state that it reports.
    #[default]
    Reply,
    /// Only whether its port is open: it takes TLS alone, and the key has a pass phrase.
    Port,
}

impl ProbeKind {
    const fn name(self) -> &'static str {
        match self {
            Self::Reply => "reply",
            Self::Port => "port",
        }
    }
}

/// The script for a server on this port, and how it is asked on its old and on its new file.
#[must_use]
pub fn probe_script(port: u16, old: &HealthProbe, new: &HealthProbe) -> ProbeScript {
    let pem = |probe: &HealthProbe| probe.certificate_key_file.clone().unwrap_or_default();
    ProbeScript {
        script: &HEALTH_PROBE,
        settings: vec![
            ("port", port.to_string()),
            ("old.address", old.address.clone()),
            ("old.pem", pem(old)),
            ("new.address", new.address.clone()),
            ("new.pem", pem(new)),
            ("new.ask", new.kind.name().to_owned()),
        ],
    }
}
