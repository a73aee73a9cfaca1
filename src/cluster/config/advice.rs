//! What mongod takes in a file and an operator should know of: each is a warning, never a refusal.

use super::config_file::ConfigFile;
use crate::cluster::{check::CheckId, mode::TlsMode};

/// Whether a plan has a step that watches clients by the servers' logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandshakeLogging {
    /// It has one.
    Needed,
    /// It has none.
    NotNeeded,
}

/// One thing to know of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// The check that it belongs to.
    pub id: CheckId,
    /// What the file says, and what that does.
    pub seen: String,
}

/// Everything to know of a file with TLS.
#[must_use]
pub fn advice(file: &ConfigFile, handshake_logging: HandshakeLogging) -> Vec<Advice> {
    if file.tls().mode == TlsMode::Disabled {
        return Vec::new();
    }
    let mut all = invalid(file);
    all.extend(strangers(file));
    all.extend(in_a_store(file));
    if handshake_logging == HandshakeLogging::Needed {
        all.extend(blind(file));
    }
    all
}

/// P32: certificates that are not verified.
fn invalid(file: &ConfigFile) -> Vec<Advice> {
    let options = file.options();
    let on = ["allowInvalidCertificates", "allowInvalidHostnames"]
        .into_iter()
        .flat_map(|name| ["net.tls", "net.ssl"].map(|section| format!("{section}.{name}")));
    let advice = |key: String| Advice {
        id: CheckId::PeerVerification,
        seen: format!("`{key}` is on: TLS then encrypts, but does not verify the peer's identity"),
    };
    on.filter(|key| options.is_true(key)).map(advice).collect()
}

/// P9: with a CA file every client needs a certificate, unless the file says otherwise.
fn strangers(file: &ConfigFile) -> Option<Advice> {
    let names = ["allowConnectionsWithoutCertificates", "weakCertificateValidation"];
    let allowed = ["net.tls", "net.ssl"].iter().any(|section| {
        names.iter().any(|name| file.options().is_true(&format!("{section}.{name}")))
    });
    let tls = file.tls();
    (tls.ca_file.is_some() && !allowed).then(|| Advice {
        id: CheckId::ClientCertificates,
        seen: "a client without a certificate of its own is refused, as there is a `CAFile` and no `allowConnectionsWithoutCertificates: true`".to_owned(),
    })
}

/// P6: a certificate that is in no file. Only Windows and macOS have it.
fn in_a_store(file: &ConfigFile) -> Option<Advice> {
    let selector = ["net.tls.certificateSelector", "net.ssl.certificateSelector"];
    let key = selector.into_iter().find(|key| file.option(key).is_some())?;
    (file.tls().certificate_key_file.is_none()).then(|| Advice {
        id: CheckId::PrivateKey,
        seen: format!("`{key}` names a certificate in the system's store, which is not looked at"),
    })
}

/// P27: logs that do not show who connects without TLS.
fn blind(file: &ConfigFile) -> Vec<Advice> {
    let keys = [
        "systemLog.quiet",
        "setParameter.disableNonTLSConnectionLogging",
        "setParameter.disableNonSSLConnectionLogging",
    ];
    let advice = |key: &str| Advice {
        id: CheckId::ConnectionLogging,
        seen: format!("`{key}` is on: the log does not show who connects without TLS"),
    };
    // A parameter may be switched on by a number as well.
    let is_on = |key: &&str| file.option(key).is_some_and(|value| value == "true" || value == "1");
    keys.into_iter().filter(is_on).map(advice).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(text: &str, handshake_logging: HandshakeLogging) -> Vec<&'static str> {
        let file = ConfigFile::parse(text).unwrap();
        advice(&file, handshake_logging).iter().map(|one| one.id.name()).collect()
    }

    #[test]
    fn each_thing_to_know_is_said_of_files_with_tls() {
        let net = |rest: &str| {
            format!("net: {{tls: {{mode: allowTLS, certificateKeyFile: /s, CAFile: /c{rest}}}}}\n")
        };
        let open = ", allowConnectionsWithoutCertificates: true";
        for (text, watched, unwatched) in [
            (net(open), &[][..], &[][..]),
            (net(""), &["P9"], &["P9"]),
            (net(", allowConnectionsWithoutCertificates: false"), &["P9"], &["P9"]),
            (net(&format!("{open}, allowInvalidHostnames: true")), &["P32"], &["P32"]),
            (
                net(&format!(
                    "{open}, allowInvalidCertificates: true, allowInvalidHostnames: true"
                )),
                &["P32", "P32"],
                &["P32", "P32"],
            ),
            (net(open) + "systemLog: {quiet: true}", &["P27"], &[]),
            (net(open) + "setParameter: {disableNonTLSConnectionLogging: 1}", &["P27"], &[]),
            (
                "net: {ssl: {mode: allowSSL, PEMKeyFile: /s, CAFile: /c}}".to_owned(),
                &["P9"],
                &["P9"],
            ),
            (
                "net: {tls: {mode: allowTLS, certificateSelector: 'subject=x'}}".to_owned(),
                &["P6"],
                &["P6"],
            ),
            ("net: {tls: {mode: disabled}}\nsystemLog: {quiet: true}".to_owned(), &[], &[]),
            ("net: {tls: {mode: allowTLS, certificateKeyFile: /s}}".to_owned(), &[], &[]),
        ] {
            assert_eq!(ids(&text, HandshakeLogging::Needed), watched, "{text}");
            assert_eq!(ids(&text, HandshakeLogging::NotNeeded), unwatched, "{text}");
        }
    }
}
