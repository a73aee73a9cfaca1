//! Who can read the files of a server's identity, and what their keys are the halves of.

use std::time::SystemTime;

use super::{
    Host,
    call::Call,
    facts::{FactsError, seconds},
    fields::{Fields, MissingField},
    script,
    survey::Service,
};
use crate::sanitise::sanitise_line;

/// What was found of files, with the host's clock at that moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    /// The host's wall clock.
    pub clock: SystemTime,
    /// File by file, in the order in which they were asked for.
    pub files: Vec<KeyFile>,
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFile {
    /// Who can read it.
    pub readable: Readable,
    /// The private key in it.
    pub key: FoundKey,
}

/// Who can read a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Readable {
    /// It is not there.
    Missing,
    /// Not even the service; the reason in the host's words.
    ByNobody(String),
    /// The service, and not everybody.
    ByService,
    /// Everybody.
    ByEverybody,
}

/// A private key in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FoundKey {
    /// There is none.
    Missing,
    /// It has a pass phrase.
    Locked,
    /// openssl cannot read it.
    Damaged,
    /// There is no openssl to read it with.
    Unread,
    /// Its public half, in DER.
    Public(Vec<u8>),
}

impl Host {
    /// Looks at files with the eyes of the service's user. No private key leaves the host.
    pub async fn keys(&self, service: &Service, files: &[&str]) -> Result<Keys, FactsError> {
        let call = Call::new(&script::KEYS, "looking at keys")
            .arg(service.user.to_string())
            .arg(service.group.to_string())
            .arg(&service.groups);
        let call = files.iter().fold(call, |call, file| call.arg(*file));
        let fields = self.run(&call).await.map_err(FactsError::Call)?.fields();
        let clock = seconds(&fields, "clock").and_then(|since| {
            SystemTime::UNIX_EPOCH.checked_add(since).ok_or(MissingField("clock"))
        });
        let clock =
            clock.map_err(|source| FactsError::Shape { host: self.name().clone(), source })?;
        Ok(Keys { clock, files: (1..=files.len()).map(|number| file(&fields, number)).collect() })
    }
}

fn file(fields: &Fields, number: usize) -> KeyFile {
    let text = |name| fields.text(&format!("{name}.{number}")).unwrap_or_default();
    let readable = match text("access").split_once(' ').unwrap_or((text("access"), "")) {
        ("missing", _) => Readable::Missing,
        ("everybody", _) => Readable::ByEverybody,
        ("service", _) => Readable::ByService,
        (_, said) => Readable::ByNobody(sanitise_line(said.as_bytes())),
    };
    let public = || fields.block(&format!("public.{number}")).filter(|der| !der.is_empty());
    let key = match (text("key"), public()) {
        ("open", Some(der)) => FoundKey::Public(der.to_vec()),
        ("open", None) => FoundKey::Damaged,
        ("locked", _) => FoundKey::Locked,
        ("unread", _) => FoundKey::Unread,
        _ => FoundKey::Missing,
    };
    KeyFile { readable, key }
}
