//! A member as a client of its peers: what its server will show them, and what it will ask of them.
//!
//! `CAFile` judges what is met on connections that the server makes itself; `clusterCAFile` is for
//! those that others make. Without either, servers that still start judge nothing.

use super::{ConfigFile, options::Options};
use crate::secret::Secret;

/// How a server dials its peers by TLS, by its file.
#[derive(Clone, Debug, Default)]
pub struct Outgoing {
    /// The PEM that it shows: `clusterFile`, else `certificateKeyFile`.
    pub certificate: Option<String>,
    /// The pass phrase of the key in it.
    pub phrase: Phrase,
    /// What it holds a peer's certificate against.
    pub trust: Trust,
    /// What it lets pass.
    pub rigour: Rigour,
    /// Which addresses it knows.
    pub family: Family,
}

/// The pass phrase of a key.
#[derive(Clone, Debug, Default)]
pub enum Phrase {
    /// The key has none.
    #[default]
    None,
    /// As it stands in the file.
    Given(Secret),
    /// The server asks something else for it (`__exec`, `__rest`).
    Elsewhere,
}

/// What a certificate has to lead to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Trust {
    /// A root in this file.
    File(String),
    /// A root of the system.
    System,
    /// Nothing: it is not judged at all.
    #[default]
    Anything,
}

/// What a server lets pass in the certificates of others; the strictest is the greatest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rigour {
    /// Everything (`allowInvalidCertificates`, or no CA).
    Anything,
    /// Other names (`allowInvalidHostnames`).
    AnyName,
    /// Nothing.
    #[default]
    Full,
}

impl Rigour {
    /// By the switches of a file, whatever there is to hold a certificate against.
    #[must_use]
    pub fn of(file: &ConfigFile) -> Self {
        rigour(file.options())
    }
}

/// Which addresses a server dials.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Family {
    /// IPv4 alone, as long as `net.ipv6` is off.
    #[default]
    V4,
    /// Both.
    Both,
}

impl Outgoing {
    /// By the file that the server started on.
    #[must_use]
    pub fn of(file: &ConfigFile) -> Self {
        let (options, tls) = (file.options(), file.tls());
        let cluster = tls.cluster_file.is_some();
        let trust = trust(options, tls.ca_file.clone());
        Self {
            certificate: tls.cluster_file.clone().or_else(|| tls.certificate_key_file.clone()),
            phrase: phrase(options, cluster),
            rigour: match trust {
                Trust::Anything => Rigour::Anything,
                Trust::File(_) | Trust::System => rigour(options),
            },
            trust,
            family: if options.is_true("net.ipv6") { Family::Both } else { Family::V4 },
        }
    }
}

fn trust(options: &Options, ca_file: Option<String>) -> Trust {
    match ca_file {
        Some(path) => Trust::File(path),
        None if options.is_true("setParameter.tlsUseSystemCA") => Trust::System,
        None => Trust::Anything,
    }
}

fn rigour(options: &Options) -> Rigour {
    let on = |name: &str| {
        ["net.tls", "net.ssl"].iter().any(|section| options.is_true(&format!("{section}.{name}")))
    };
    if on("allowInvalidCertificates") {
        Rigour::Anything
    } else if on("allowInvalidHostnames") {
        Rigour::AnyName
    } else {
        Rigour::Full
    }
}

fn phrase(options: &Options, cluster: bool) -> Phrase {
    let keys = if cluster {
        ["net.tls.clusterPassword", "net.ssl.clusterPassword"]
    } else {
        ["net.tls.certificateKeyFilePassword", "net.ssl.PEMKeyPassword"]
    };
    for key in keys {
        if let Some(text) = options.text(key) {
            return Phrase::Given(Secret::new(text));
        }
        if options.get(key).is_some() || options.beneath(key).next().is_some() {
            return Phrase::Elsewhere;
        }
    }
    Phrase::None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(net: &str) -> Outgoing {
        Outgoing::of(&ConfigFile::parse(net).unwrap())
    }

    #[test]
    fn a_member_shows_its_cluster_file_and_its_own_phrase() {
        let both = "net: {tls: {mode: allowTLS, certificateKeyFile: /s.pem, CAFile: /ca.pem, certificateKeyFilePassword: one";
        let alone = of(&format!("{both}}}}}"));
        assert_eq!(alone.certificate.as_deref(), Some("/s.pem"));
        assert_eq!(alone.trust, Trust::File("/ca.pem".to_owned()));
        assert!(matches!(&alone.phrase, Phrase::Given(phrase) if phrase.expose() == "one"));
        let member = of(&format!("{both}, clusterFile: /c.pem, clusterPassword: two}}}}"));
        assert_eq!(member.certificate.as_deref(), Some("/c.pem"));
        assert!(matches!(&member.phrase, Phrase::Given(phrase) if phrase.expose() == "two"));
        let open = of(&format!("{both}, clusterFile: /c.pem}}}}"));
        assert!(matches!(open.phrase, Phrase::None));
        let old = of("net: {ssl: {mode: allowSSL, PEMKeyFile: /s.pem, PEMKeyPassword: x}}");
        assert_eq!(old.certificate.as_deref(), Some("/s.pem"));
        assert!(matches!(&old.phrase, Phrase::Given(phrase) if phrase.expose() == "x"));
        let asked =
            of("net.tls: {certificateKeyFilePassword: {__exec: /bin/phrase, type: string}}");
        assert!(matches!(asked.phrase, Phrase::Elsewhere));
    }

    #[test]
    fn what_is_let_pass_is_as_the_server_has_it() {
        for (more, trust, rigour) in [
            ("CAFile: /ca.pem", Trust::File("/ca.pem".to_owned()), Rigour::Full),
            (
                "CAFile: /ca.pem, allowInvalidHostnames: true",
                Trust::File("/ca.pem".to_owned()),
                Rigour::AnyName,
            ),
            (
                "CAFile: /ca.pem, allowInvalidCertificates: true",
                Trust::File("/ca.pem".to_owned()),
                Rigour::Anything,
            ),
            ("clusterCAFile: /ca.pem", Trust::Anything, Rigour::Anything),
        ] {
            let outgoing = of(&format!("net: {{tls: {{mode: allowTLS, {more}}}}}"));
            assert_eq!((outgoing.trust, outgoing.rigour), (trust, rigour), "{more}");
        }
        let system = of("setParameter: {tlsUseSystemCA: true}\nnet: {ipv6: true}");
        assert_eq!((system.trust, system.family), (Trust::System, Family::Both));
    }
}
