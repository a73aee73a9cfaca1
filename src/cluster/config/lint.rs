//! What mongod would refuse in a file, found before mongod has to.
//!
//! A canary start with the real server comes later and is the better judge; this one needs no
//! server, so it works in `tlsplan check`, and its sentences say what to do.

use super::{config_file::ConfigFile, lint_finding::LintFinding, options::Options};
use crate::cluster::{
    mode::{OptionNames, TlsMode},
    version::ServerVersion,
};

/// Options whose old name differs: under `net.tls`, under `net.ssl`.
const RENAMED: [(&str, &str); 2] =
    [("certificateKeyFile", "PEMKeyFile"), ("certificateKeyFilePassword", "PEMKeyPassword")];

/// Options that mongod refuses while TLS is disabled, by either name. The other TLS options
/// (`logVersions`, `clusterCAFile`, `allowInvalid…`) it takes and ignores.
const NEED_TLS: [&str; 9] = [
    "certificateKeyFile",
    "certificateKeyFilePassword",
    "PEMKeyFile",
    "PEMKeyPassword",
    "clusterFile",
    "clusterPassword",
    "CAFile",
    "CRLFile",
    "disabledProtocols",
];

/// Options that need TLS only when they are switched on.
const NEED_TLS_WHEN_TRUE: [&str; 2] =
    ["allowConnectionsWithoutCertificates", "weakCertificateValidation"];

/// The first patch of each series that refuses TLS without a chain of trust (SERVER-72839).
const TRUST_REQUIRED: [(u16, u16, u16); 4] = [(4, 4, 29), (5, 0, 25), (6, 0, 14), (7, 0, 6)];

/// Everything that would keep mongod from starting with this file, as far as TLS goes. Without a
/// version, what depends on it is left out.
#[must_use]
pub fn lint(file: &ConfigFile, version: Option<ServerVersion>) -> Vec<LintFinding> {
    let options = file.options();
    let mut findings = names(options);
    findings.extend(sections(options));
    findings.extend(mode(file));
    findings.extend(version.map(|version| by_version(file, version)).unwrap_or_default());
    findings
}

/// Names that do not exist, and names that mean the same.
fn names(options: &Options) -> Vec<LintFinding> {
    let mut findings = Vec::new();
    for (tls, ssl) in RENAMED {
        for (key, instead) in [
            (format!("net.tls.{ssl}"), format!("net.tls.{tls}")),
            (format!("net.ssl.{tls}"), format!("net.ssl.{ssl}")),
        ] {
            if has(options, &key) {
                findings.push(LintFinding::NoSuchOption { key, instead });
            }
        }
    }
    if has(options, "net.ssl.logVersions") {
        let (key, instead) = ("net.ssl.logVersions".into(), "net.tls.logVersions".into());
        findings.push(LintFinding::NoSuchOption { key, instead });
    }
    for name in options.beneath(OptionNames::Tls.section()).filter(|name| *name != "mode") {
        let old = RENAMED.iter().find(|(tls, _)| *tls == name).map_or(name, |(_, ssl)| ssl);
        let ssl = format!("net.ssl.{old}");
        if has(options, &ssl) {
            findings.push(LintFinding::TwoNames { tls: format!("net.tls.{name}"), ssl });
        }
    }
    findings
}

/// Sections without options, and parameters that a file cannot set.
fn sections(options: &Options) -> Vec<LintFinding> {
    let empty = ["net", "net.tls", "net.ssl"]
        .into_iter()
        .filter(|section| options.get(section).is_some_and(serde_json::Value::is_null))
        .map(|section| LintFinding::EmptySection { key: section.to_owned() });
    let parameters = ["setParameter.tlsMode", "setParameter.sslMode"]
        .into_iter()
        .filter(|key| has(options, key))
        .map(|key| LintFinding::ModeAsParameter { key: key.to_owned() });
    empty.chain(parameters).collect()
}

/// What does not fit the file's own mode.
fn mode(file: &ConfigFile) -> Vec<LintFinding> {
    let (options, tls) = (file.options(), file.tls());
    let mut findings = Vec::new();
    if has(options, "net.tls.mode") && has(options, "net.ssl.mode") {
        findings.push(LintFinding::TwoModes);
    }
    if let Some(value) = options.text("net.tls.mode").filter(|value| value.ends_with("SSL")) {
        findings.push(LintFinding::OldModeName { value });
    }
    if tls.mode == TlsMode::Disabled {
        let keys = needing_tls(options);
        if !keys.is_empty() {
            findings.push(LintFinding::OptionsWhileDisabled { keys });
        }
    } else if !["net.tls.certificateKeyFile", "net.tls.certificateSelector", "net.ssl.PEMKeyFile"]
        .iter()
        .any(|key| has(options, key))
    {
        let key = LintFinding::certificate_key(tls.option_names.unwrap_or_default()).to_owned();
        findings.push(LintFinding::NoCertificate { mode: tls.mode, key });
    }
    findings.extend(cluster_auth(options, tls.mode));
    findings
}

/// The options in the file that mongod takes only with TLS on.
pub(super) fn needing_tls(options: &Options) -> Vec<String> {
    let mut keys = Vec::new();
    for option_names in [OptionNames::Tls, OptionNames::Ssl] {
        let key = |name: &str| format!("{}.{name}", option_names.section());
        keys.extend(NEED_TLS.into_iter().map(key).filter(|key| has(options, key)));
        let when_true = NEED_TLS_WHEN_TRUE.into_iter().map(key);
        keys.extend(when_true.filter(|key| options.is_true(key)));
    }
    keys
}

/// x.509 between members needs TLS between members, and any step towards it needs TLS at all.
fn cluster_auth(options: &Options, mode: TlsMode) -> Option<LintFinding> {
    let value = options.text("security.clusterAuthMode")?;
    let refused = match (mode, value.as_str()) {
        (TlsMode::Disabled, "sendKeyFile" | "sendX509" | "x509") => true,
        (TlsMode::Allow, "sendX509" | "x509") => !options.is_true("security.transitionToAuth"),
        _ => false,
    };
    refused.then_some(LintFinding::ClusterAuthTooEarly { value, mode })
}

fn by_version(file: &ConfigFile, version: ServerVersion) -> Vec<LintFinding> {
    let (options, tls) = (file.options(), file.tls());
    let mut findings = Vec::new();
    if version < ServerVersion(4, 2, 0) && options.beneath("net.tls").next().is_some() {
        findings.push(LintFinding::TlsBefore42 { version });
    }
    let system_ca = options.is_true("setParameter.tlsUseSystemCA");
    let trusts = system_ca || has(options, "net.tls.CAFile") || has(options, "net.ssl.CAFile");
    if tls.mode != TlsMode::Disabled && insists_on_trust(version) {
        let key = format!("{}.CAFile", tls.option_names.unwrap_or_default().section());
        if !trusts {
            findings.push(LintFinding::NoTrust { version, key });
        } else if system_ca && tls.ca_file.is_some() {
            findings.push(LintFinding::TwoTrusts { version, key });
        }
    }
    findings
}

fn insists_on_trust(version: ServerVersion) -> bool {
    let ServerVersion(major, minor, patch) = version;
    match TRUST_REQUIRED.iter().find(|first| (first.0, first.1) == (major, minor)) {
        Some(first) => patch >= first.2,
        None => version > ServerVersion(7, 0, 6),
    }
}

/// Whether an option is there, also when its value is an expansion (`__exec`, `__rest`).
fn has(options: &Options, key: &str) -> bool {
    options.get(key).is_some() || options.beneath(key).next().is_some()
}

#[cfg(test)]
#[path = "lint_tests.rs"]
mod tests;
