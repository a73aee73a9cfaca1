//! Arming a host: what it will need to revert by itself is written there before anything is changed.

use std::time::Duration;

use super::{ArmError, SwitchId};
use crate::{
    host::{
        Host,
        call::Call,
        digest::Digest,
        script::{self, AUTO_REVERT, Script},
    },
    name::UnitName,
};

/// What a switch is armed with.
#[derive(Clone, Debug)]
pub struct ArmRequest<'a> {
    /// Its name.
    pub id: &'a SwitchId,
    /// The configuration file, an absolute path.
    pub file: &'a str,
    /// The sum of the bytes in place.
    pub seen: Digest,
    /// The sum of the bytes to go back to: the ones in place, or ones that were kept before.
    pub back_to: Digest,
    /// The sum of the bytes that will be there: the same where only a restart comes.
    pub next: Digest,
    /// The unit.
    pub unit: &'a UnitName,
    /// After this the host reverts by itself.
    pub within: Duration,
    /// How long the service may take to become healthy on its old file.
    pub start: Duration,
    /// How the host asks whether the service is healthy.
    pub probe: ProbeScript,
}

/// A script by which a host decides whether a service is healthy.
#[derive(Clone, Debug)]
pub struct ProbeScript {
    /// Its text, which defines `is_healthy old|new`.
    pub script: &'static Script,
    /// What it reads from the manifest.
    pub settings: Vec<(&'static str, String)>,
}

impl ProbeScript {
    /// The file that is installed on a host: the probe, and the revert that calls it.
    #[must_use]
    pub fn with_auto_revert(&self) -> String {
        [self.script.text, AUTO_REVERT.text].concat()
    }
}

impl Host {
    /// Arms the host. It refuses where another switch has not been settled.
    pub async fn arm(&self, request: ArmRequest<'_>) -> Result<(), ArmError> {
        let call = Call::new(&script::ARM, "arming the host's automatic revert")
            .arg(self.state_dir())
            .arg(self.run_dir())
            .arg(self.run_id())
            .arg(request.id.as_str())
            .arg(request.file)
            .arg(request.seen.to_string())
            .arg(request.unit.as_str())
            .arg(request.within.as_secs().max(1).to_string())
            .arg(self.unit_dir())
            .arg(request.back_to.to_string())
            .payload(request.probe.with_auto_revert().into_bytes());
        let file = request.file;
        let call = manifest_lines(&request).into_iter().fold(call, Call::arg);
        match self.run(&call).await {
            Ok(_) => Ok(()),
            Err(error) => Err(ArmError::from_call(error, file)),
        }
    }
}

/// A value that would be two lines is left out, and the probe that needs it gets no answer.
fn manifest_lines(request: &ArmRequest<'_>) -> Vec<String> {
    let own = [("new", request.next.to_string()), ("start", request.start.as_secs().to_string())];
    own.into_iter()
        .chain(request.probe.settings.iter().cloned())
        .filter(|(_, value)| !value.chars().any(char::is_control))
        .map(|(key, value)| format!("{key}={value}"))
        .collect()
}
