//! The verdict on a host key.

use russh::keys::{
    Algorithm, Certificate, HashAlg, PublicKey, PublicKeyOrCertificate,
    ssh_key::{Fingerprint, certificate::CertType, public::KeyData},
};

use super::{
    CertificateProblem, HostId, HostKeyError, KnownHosts,
    entry::{Entry, Marker},
    pattern::glob,
};

/// What the lines about one name say about a key that is not revoked.
enum Verdict<'a> {
    Trusted,
    Unknown,
    Changed(&'a Entry),
    OtherType(Vec<&'a Entry>),
    Certificate(CertificateProblem),
}

impl KnownHosts {
    /// Trusts the key or says why not.
    ///
    /// Where nothing is on record for `[host]:port`, a key on record for `host` is trusted, as
    /// OpenSSH does; it is never the other way round.
    pub fn check(
        &self,
        host: &HostId,
        offered: &PublicKeyOrCertificate,
    ) -> Result<(), HostKeyError> {
        self.check_revoked(host, offered)?;
        let lines = self.about(host);
        let verdict = verdict(&lines, host, offered);
        let on_record = lines.iter().any(|entry| entry.marker == Marker::Plain);
        if let (false, Some(bare)) = (on_record, host.without_port())
            && !matches!(verdict, Verdict::Trusted)
        {
            self.check_revoked(&bare, offered)?;
            if matches!(self::verdict(&self.about(&bare), &bare, offered), Verdict::Trusted) {
                return Ok(());
            }
        }
        self.judge(verdict, host, offered)
    }

    /// The types of key to ask the host for, and whether certificates are worth asking for.
    ///
    /// A host with several keys shows only one; asked for a type that is not on record it would look
    /// unknown although it is known.
    pub(in crate::ssh) fn preference(&self, host: &HostId, ours: &[Algorithm]) -> Preference {
        let mut lines = self.about(host);
        if !lines.iter().any(|entry| entry.marker != Marker::Revoked)
            && let Some(bare) = host.without_port()
        {
            lines = self.about(&bare);
        }
        let recorded = |algorithm: &&Algorithm| {
            lines.iter().any(|e| e.marker == Marker::Plain && e.is_of_type(algorithm))
        };
        let plain: Vec<_> = ours.iter().filter(recorded).cloned().collect();
        let authority = lines.iter().any(|entry| entry.marker == Marker::Authority);
        Preference {
            certificates: if authority { ours.to_vec() } else { Vec::new() },
            plain: if plain.is_empty() { ours.to_vec() } else { plain },
        }
    }

    /// The error for a host that offered none of the recorded types, if there are any.
    pub(in crate::ssh) fn other_type(
        &self,
        host: &HostId,
        offered: &[String],
    ) -> Option<HostKeyError> {
        let bare = host.without_port();
        let names = [Some(host), bare.as_ref()];
        let plain = names.into_iter().flatten().flat_map(|name| self.about(name));
        let recorded: Vec<_> = plain.filter(|entry| entry.marker == Marker::Plain).collect();
        other_type(host, &recorded, offered.join(", "))
    }

    fn check_revoked(
        &self,
        host: &HostId,
        offered: &PublicKeyOrCertificate,
    ) -> Result<(), HostKeyError> {
        let key = offered.public_key();
        let authority = offered.certificate().map(Certificate::signature_key);
        let revoked = |entry: &&&Entry| {
            entry.marker == Marker::Revoked
                && (is(entry, key.key_data()) || authority.is_some_and(|ca| is(entry, ca)))
        };
        match self.about(host).iter().find(revoked) {
            None => Ok(()),
            Some(entry) => Err(HostKeyError::Revoked {
                host: host.to_string(),
                fingerprint: fingerprint(&key),
                place: entry.place.clone(),
            }),
        }
    }

    fn judge(
        &self,
        verdict: Verdict<'_>,
        host: &HostId,
        offered: &PublicKeyOrCertificate,
    ) -> Result<(), HostKeyError> {
        let key = offered.public_key();
        let (name, algorithm) = (host.to_string(), key.algorithm().to_string());
        match verdict {
            Verdict::Trusted => Ok(()),
            Verdict::Unknown => Err(self.unknown(host, &key)),
            Verdict::Changed(entry) => Err(HostKeyError::Changed {
                host: name,
                fingerprint: fingerprint(&key),
                recorded: fingerprint(&entry.key),
                place: entry.place.clone(),
            }),
            Verdict::OtherType(recorded) => {
                Err(other_type(host, &recorded, algorithm)
                    .unwrap_or_else(|| self.unknown(host, &key)))
            }
            Verdict::Certificate(source) => {
                let key_id = offered.certificate().map_or("", Certificate::key_id);
                let key_id = key_id.chars().take(200).collect();
                Err(HostKeyError::Certificate { host: name, key_id, source })
            }
        }
    }

    fn unknown(&self, host: &HostId, key: &PublicKey) -> HostKeyError {
        let bare = PublicKey::new(key.key_data().clone(), "");
        HostKeyError::Unknown {
            host: host.to_string(),
            algorithm: key.algorithm().to_string(),
            fingerprint: fingerprint(key),
            line: format!("{host} {}", bare.to_openssh().unwrap_or_default()),
            file: self.first.clone(),
        }
    }
}

/// The host key types to offer, the most wanted first.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::ssh) struct Preference {
    /// Wrapped in a certificate.
    pub(in crate::ssh) certificates: Vec<Algorithm>,
    /// Bare.
    pub(in crate::ssh) plain: Vec<Algorithm>,
}

/// A certificate that does not hold is looked at once more as a bare key, as OpenSSH does.
fn verdict<'a>(
    lines: &[&'a Entry],
    host: &HostId,
    offered: &PublicKeyOrCertificate,
) -> Verdict<'a> {
    let plain = verdict_on_key(lines, &offered.public_key());
    let Some(certificate) = offered.certificate() else {
        return plain;
    };
    match (verdict_on_certificate(lines, host, certificate), plain) {
        (Ok(()), _) | (Err(_), Verdict::Trusted) => Verdict::Trusted,
        (Err(problem), _) => Verdict::Certificate(problem),
    }
}

fn verdict_on_key<'a>(lines: &[&'a Entry], key: &PublicKey) -> Verdict<'a> {
    let plain: Vec<&Entry> =
        lines.iter().copied().filter(|entry| entry.marker == Marker::Plain).collect();
    if plain.iter().any(|entry| is(entry, key.key_data())) {
        return Verdict::Trusted;
    }
    match plain.iter().find(|entry| entry.is_of_type(&key.algorithm())) {
        Some(entry) => Verdict::Changed(entry),
        None if plain.is_empty() => Verdict::Unknown,
        None => Verdict::OtherType(plain),
    }
}

/// `Certificate::validate` looks at the signature, the authority and the dates only; for whom and
/// for what the certificate is must be asked here.
fn verdict_on_certificate(
    lines: &[&Entry],
    host: &HostId,
    certificate: &Certificate,
) -> Result<(), CertificateProblem> {
    if certificate.cert_type() != CertType::Host {
        return Err(CertificateProblem::NotHost);
    }
    if !certificate.critical_options().is_empty() {
        return Err(CertificateProblem::CriticalOptions);
    }
    if matches!(certificate.signature().algorithm(), Algorithm::Rsa { hash: None } | Algorithm::Dsa)
    {
        return Err(CertificateProblem::Weak);
    }
    // No principal at all means every host, in OpenSSH as here.
    let principals = certificate.valid_principals();
    let for_us = |name: &String| glob(&name.to_ascii_lowercase(), host.name());
    if !principals.is_empty() && !principals.iter().any(for_us) {
        return Err(CertificateProblem::OtherHost(principals.to_vec()));
    }
    let authorities: Vec<Fingerprint> = lines
        .iter()
        .filter(|entry| entry.marker == Marker::Authority)
        .map(|entry| entry.key.fingerprint(HashAlg::Sha256))
        .collect();
    certificate.validate(&authorities).map_err(|_| CertificateProblem::NotValid)
}

fn other_type(host: &HostId, recorded: &[&Entry], offered: String) -> Option<HostKeyError> {
    let types: Vec<String> =
        recorded.iter().map(|entry| entry.key.algorithm().to_string()).collect();
    recorded.first().map(|entry| HostKeyError::OtherType {
        host: host.to_string(),
        offered,
        recorded: types.join(", "),
        place: entry.place.clone(),
    })
}

fn is(entry: &Entry, key: &KeyData) -> bool {
    entry.key.key_data() == key
}

fn fingerprint(key: &PublicKey) -> String {
    key.fingerprint(HashAlg::Sha256).to_string()
}
