//! One line of `known_hosts`.

use std::{path::Path, sync::Arc};

use russh::keys::{Algorithm, PublicKey, ssh_key::known_hosts::HostPatterns};

use super::{HostId, error::Place, pattern};

/// What a line says about its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Marker {
    /// It is the host's own.
    Plain,
    /// It signs the certificates of such hosts.
    Authority,
    /// It must never be accepted.
    Revoked,
}

/// A line that was understood.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) marker: Marker,
    pub(super) key: PublicKey,
    pub(super) place: Place,
    patterns: HostPatterns,
}

impl Entry {
    /// Reads a line: `Ok(None)` for a comment, an error in words for a line that says nothing.
    ///
    /// Fields are separated by any run of blanks or tabs, and a carriage return is a blank, as in
    /// OpenSSH; the parser of `ssh-key` knows single blanks only.
    pub(super) fn parse(
        line: &str,
        file: &Arc<Path>,
        number: usize,
    ) -> Result<Option<Self>, String> {
        let line = line.trim_ascii();
        if line.is_empty() || line.starts_with('#') {
            return Ok(None);
        }
        let mut fields = line.split_ascii_whitespace();
        let mut next = |what: &str| fields.next().ok_or_else(|| format!("it has no {what}"));
        let mut hosts = next("host")?;
        let marker = match hosts {
            "@revoked" => Marker::Revoked,
            "@cert-authority" => Marker::Authority,
            unknown if unknown.starts_with('@') => {
                return Err(format!("its marker `{unknown}` is not known"));
            }
            _ => Marker::Plain,
        };
        if marker != Marker::Plain {
            hosts = next("host")?;
        }
        let (kind, blob) = (next("key type")?, next("key")?);
        let patterns =
            hosts.parse().map_err(|error| format!("its host cannot be read ({error})"))?;
        let key = PublicKey::from_openssh(&format!("{kind} {blob}"))
            .map_err(|error| format!("its key cannot be read ({error})"))?;
        Ok(Some(Self { marker, key, patterns, place: Place { file: Arc::clone(file), number } }))
    }

    /// Whether the line is about the host.
    pub(super) fn is_about(&self, host: &HostId) -> bool {
        pattern::matches(&self.patterns, &host.to_string())
    }

    /// Whether the key is of the type of another; all RSA keys are of one type.
    pub(super) fn is_of_type(&self, other: &Algorithm) -> bool {
        let rsa = |algorithm: &Algorithm| matches!(algorithm, Algorithm::Rsa { .. });
        let own = self.key.algorithm();
        own == *other || (rsa(&own) && rsa(other))
    }
}
