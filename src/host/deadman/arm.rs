//! Arming a host: what it will need to help itself is written there before anything is changed.

use std::time::Duration;

use super::{ArmError, SwitchId};
use crate::{
    host::{
        Host,
        call::Call,
        digest::Digest,
        script::{Script, WAY_BACK},
    },
    name::UnitName,
};

/// What a switch is armed with.
#[derive(Clone, Copy, Debug)]
pub struct Arming<'a> {
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
    /// After this the host helps itself.
    pub within: Duration,
    /// How long the member may take to answer on its old file.
    pub start: Duration,
    /// The port of the server.
    pub port: u16,
    /// How the server is asked on its old file.
    pub old: &'a Voice,
    /// How the server is asked on its new file.
    pub new: &'a Voice,
}

/// How a server is asked by its own host: one that is asked wrongly is taken for sick and put back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Voice {
    /// The address that it listens on.
    pub address: String,
    /// The certificate and key to show it, where its file names one.
    pub certificate_key_file: Option<String>,
    /// What can be heard of it.
    pub hearing: Hearing,
}

/// How much a host can hear of its own server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hearing {
    /// What it says of itself.
    #[default]
    Words,
    /// Only whether its port is open: it speaks TLS alone, and the key is behind a pass phrase.
    Port,
}

impl Host {
    /// Arms the host. It refuses where another switch has not come to its end.
    pub async fn arm(&self, arming: Arming<'_>) -> Result<(), ArmError> {
        let call = Call::new(&Script::ARM, "arming the host's way back")
            .arg(self.state_dir())
            .arg(self.run_dir())
            .arg(self.run_id())
            .arg(arming.id.as_str())
            .arg(arming.file)
            .arg(arming.seen.to_string())
            .arg(arming.unit.as_str())
            .arg(arming.within.as_secs().max(1).to_string())
            .arg(self.unit_dir())
            .arg(arming.back_to.to_string())
            .payload(WAY_BACK.text.as_bytes().to_vec());
        let call = lines(&arming).into_iter().fold(call, Call::arg);
        match self.run(&call).await {
            Ok(_) => Ok(()),
            Err(error) => Err(ArmError::from_call(error, arming.file)),
        }
    }
}

/// The manifest's lines. A value that would be two lines is left out, and what it is for does not answer.
fn lines(arming: &Arming<'_>) -> Vec<String> {
    let ask = |voice: &Voice| match voice.hearing {
        Hearing::Words => "words".to_owned(),
        Hearing::Port => "port".to_owned(),
    };
    let pem = |voice: &Voice| voice.certificate_key_file.clone().unwrap_or_default();
    [
        ("new", arming.next.to_string()),
        ("start", arming.start.as_secs().to_string()),
        ("port", arming.port.to_string()),
        ("old.address", arming.old.address.clone()),
        ("old.pem", pem(arming.old)),
        ("new.address", arming.new.address.clone()),
        ("new.pem", pem(arming.new)),
        ("new.ask", ask(arming.new)),
    ]
    .into_iter()
    .filter(|(_, value)| !value.chars().any(char::is_control))
    .map(|(key, value)| format!("{key}={value}"))
    .collect()
}
