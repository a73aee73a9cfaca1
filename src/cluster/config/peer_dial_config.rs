//! How a member dials its peers by TLS: the certificate that it shows, and how it verifies theirs.
//!
//! `CAFile` verifies peers on outgoing connections, `clusterCAFile` on incoming ones. A server that
//! starts without either verifies nothing.

use super::{ConfigFile, options::Options};
use crate::secret::Secret;

/// How a server dials its peers by TLS, by its file.
#[derive(Clone, Debug, Default)]
pub struct PeerDialConfig {
    /// The PEM that it shows: `clusterFile`, else `certificateKeyFile`.
    pub certificate: Option<String>,
    /// The pass phrase of the key in it.
    pub phrase: KeyPassphrase,
    /// What it holds a peer's certificate against.
    pub trust: Trust,
    /// How strictly it verifies that certificate.
    pub verify_mode: VerifyMode,
    /// Which addresses it dials.
    pub family: AddressFamily,
}

/// The pass phrase of a key.
#[derive(Clone, Debug, Default)]
pub enum KeyPassphrase {
    /// The key has none.
    #[default]
    None,
    /// It is in the configuration file.
    InFile(Secret),
    /// The server gets it from a program or a URL (`__exec`, `__rest`).
    External,
}

/// What a certificate has to lead to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Trust {
    /// A root in this file.
    File(String),
    /// A root of the system.
    System,
    /// Nothing: certificates are not verified.
    #[default]
    Unverified,
}

/// How strictly a server verifies the certificates of its peers; the strictest is the greatest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum VerifyMode {
    /// Any certificate is accepted (`allowInvalidCertificates`, or no CA).
    None,
    /// The chain is verified, the host name is not (`allowInvalidHostnames`).
    SkipHostname,
    /// Chain and host name are verified.
    #[default]
    Full,
}

impl VerifyMode {
    /// From the options of a file, whether or not it names a CA.
    #[must_use]
    pub fn from_config(file: &ConfigFile) -> Self {
        verify_mode(file.options())
    }
}

/// Which addresses a server dials.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AddressFamily {
    /// IPv4 alone, as long as `net.ipv6` is off.
    #[default]
    V4,
    /// IPv4 and IPv6.
    Both,
}

impl PeerDialConfig {
    /// From the file that the server was started with.
    #[must_use]
    pub fn from_config(file: &ConfigFile) -> Self {
        let (options, tls) = (file.options(), file.tls());
        let cluster = tls.cluster_file.is_some();
        let trust = trust(options, tls.ca_file.clone());
        Self {
            certificate: tls.cluster_file.clone().or_else(|| tls.certificate_key_file.clone()),
            phrase: phrase(options, cluster),
            verify_mode: match trust {
                Trust::Unverified => VerifyMode::None,
                Trust::File(_) | Trust::System => verify_mode(options),
            },
            trust,
            family: if options.is_true("net.ipv6") {
                AddressFamily::Both
            } else {
                AddressFamily::V4
            },
        }
    }
}

fn trust(options: &Options, ca_file: Option<String>) -> Trust {
    match ca_file {
        Some(path) => Trust::File(path),
        None if options.is_true("setParameter.tlsUseSystemCA") => Trust::System,
        None => Trust::Unverified,
    }
}

fn verify_mode(options: &Options) -> VerifyMode {
    let on = |name: &str| {
        ["net.tls", "net.ssl"].iter().any(|section| options.is_true(&format!("{section}.{name}")))
    };
    if on("allowInvalidCertificates") {
        VerifyMode::None
    } else if on("allowInvalidHostnames") {
        VerifyMode::SkipHostname
    } else {
        VerifyMode::Full
    }
}

fn phrase(options: &Options, cluster: bool) -> KeyPassphrase {
    let keys = if cluster {
        ["net.tls.clusterPassword", "net.ssl.clusterPassword"]
    } else {
        ["net.tls.certificateKeyFilePassword", "net.ssl.PEMKeyPassword"]
    };
    for key in keys {
        if let Some(text) = options.text(key) {
            return KeyPassphrase::InFile(Secret::new(text));
        }
        if options.get(key).is_some() || options.beneath(key).next().is_some() {
            return KeyPassphrase::External;
        }
    }
    KeyPassphrase::None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(net: &str) -> PeerDialConfig {
        PeerDialConfig::from_config(&ConfigFile::parse(net).unwrap())
    }

    #[test]
    fn a_member_shows_its_cluster_file_and_its_own_phrase() {
        let both = "net: {tls: {mode: allowTLS, certificateKeyFile: /s.pem, CAFile: /ca.pem, certificateKeyFilePassword: one";
        let alone = of(&format!("{both}}}}}"));
        assert_eq!(alone.certificate.as_deref(), Some("/s.pem"));
        assert_eq!(alone.trust, Trust::File("/ca.pem".to_owned()));
        assert!(matches!(&alone.phrase, KeyPassphrase::InFile(phrase) if phrase.expose() == "one"));
        let member = of(&format!("{both}, clusterFile: /c.pem, clusterPassword: two}}}}"));
        assert_eq!(member.certificate.as_deref(), Some("/c.pem"));
        assert!(
            matches!(&member.phrase, KeyPassphrase::InFile(phrase) if phrase.expose() == "two")
        );
        let open = of(&format!("{both}, clusterFile: /c.pem}}}}"));
        assert!(matches!(open.phrase, KeyPassphrase::None));
        let old = of("net: {ssl: {mode: allowSSL, PEMKeyFile: /s.pem, PEMKeyPassword: x}}");
        assert_eq!(old.certificate.as_deref(), Some("/s.pem"));
        assert!(matches!(&old.phrase, KeyPassphrase::InFile(phrase) if phrase.expose() == "x"));
        let asked =
            of("net.tls: {certificateKeyFilePassword: {__exec: /bin/phrase, type: string}}");
        assert!(matches!(asked.phrase, KeyPassphrase::External));
    }

    #[test]
    fn what_is_let_pass_is_as_the_server_has_it() {
        for (more, trust, verify_mode) in [
            ("CAFile: /ca.pem", Trust::File("/ca.pem".to_owned()), VerifyMode::Full),
            (
                "CAFile: /ca.pem, allowInvalidHostnames: true",
                Trust::File("/ca.pem".to_owned()),
                VerifyMode::SkipHostname,
            ),
            (
                "CAFile: /ca.pem, allowInvalidCertificates: true",
                Trust::File("/ca.pem".to_owned()),
                VerifyMode::None,
            ),
            ("clusterCAFile: /ca.pem", Trust::Unverified, VerifyMode::None),
        ] {
            let outgoing = of(&format!("net: {{tls: {{mode: allowTLS, {more}}}}}"));
            assert_eq!((outgoing.trust, outgoing.verify_mode), (trust, verify_mode), "{more}");
        }
        let system = of("setParameter: {tlsUseSystemCA: true}\nnet: {ipv6: true}");
        assert_eq!((system.trust, system.family), (Trust::System, AddressFamily::Both));
    }
}
