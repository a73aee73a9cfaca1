//! What mongod itself said of each of these files.

use super::*;
use crate::cluster::check::CheckId;

fn findings(text: &str) -> Vec<String> {
    let file = ConfigFile::parse(text).unwrap();
    lint(&file, None).iter().map(ToString::to_string).collect()
}

/// `upgrade_noauth_to_x509_nossl.js` moves on to certificates for members at allowTLS, which a server takes only
/// while it lets everybody in. A plan about TLS does not go there.
#[test]
fn u4_certificates_for_members_are_refused_at_allow_tls_without_the_transition() {
    let file = |login: &str, more: &str| {
        format!(
            "net: {{tls: {{mode: allowTLS, certificateKeyFile: /s, CAFile: /c}}}}\nsecurity: {{clusterAuthMode: {login}{more}}}"
        )
    };
    for login in ["x509", "sendX509"] {
        let finding = format!(
            "`security.clusterAuthMode` is `{login}`, which mongod refuses in mode `allowTLS`"
        );
        assert_eq!(findings(&file(login, "")), [finding]);
        assert!(findings(&file(login, ", transitionToAuth: true")).is_empty(), "{login}");
    }
    for login in ["keyFile", "sendKeyFile"] {
        assert!(findings(&file(login, ", keyFile: /k")).is_empty(), "{login}");
    }
}

/// Each of these was given to mongod 4.2.6 and 6.0.5, which started.
#[test]
fn what_mongod_starts_with_is_not_complained_of() {
    const CERTIFICATE: &str = "certificateKeyFile: /s, CAFile: /c";
    for text in [
        String::new(),
        "net: {tls: {mode: disabled}}".into(),
        "net: {ssl: {mode: disabled}}".into(),
        "net: {ssl: {mode: allowTLS, PEMKeyFile: /s, CAFile: /c}}".into(),
        "net: {ssl: {mode: allowSSL, PEMKeyFile: /s, weakCertificateValidation: true}}".into(),
        format!("net: {{ssl: {{mode: allowSSL}}, tls: {{{CERTIFICATE}}}}}"),
        "net: {tls: {mode: allowTLS}, ssl: {PEMKeyFile: /s, CAFile: /c}}".into(),
        "net: {tls: {clusterCAFile: /c, logVersions: TLS1_2}}".into(),
        "net: {tls: {allowConnectionsWithoutCertificates: false}}".into(),
        "net: {tls: {mode: allowTLS, certificateKeyFile: {__exec: cat /s}}}".into(),
        format!(
            "net: {{tls: {{mode: preferTLS, {CERTIFICATE}}}}}\nsecurity: {{clusterAuthMode: x509}}"
        ),
        format!(
            "net: {{tls: {{mode: allowTLS, {CERTIFICATE}}}}}\n\
             security: {{clusterAuthMode: x509, transitionToAuth: true}}"
        ),
        format!(
            "net: {{tls: {{mode: allowTLS, {CERTIFICATE}}}}}\n\
             security: {{keyFile: /k, clusterAuthMode: sendKeyFile}}"
        ),
    ] {
        assert_eq!(findings(&text), Vec::<String>::new(), "{text}");
    }
}

/// Each of these was given to mongod 4.2.6 and 6.0.5, which refused to start.
#[test]
fn what_mongod_refuses_is_found() {
    for (text, finding) in [
        (
            "net: {ssl: {mode: allowSSL, PEMKeyFile: /s}, tls: {mode: allowTLS}}",
            "both `net.ssl.mode` and `net.tls.mode` are set",
        ),
        (
            "net: {ssl: {mode: allowSSL, PEMKeyFile: /s, CAFile: /c}, tls: {CAFile: /c}}",
            "`net.tls.CAFile` is set a second time by its old name `net.ssl.CAFile`",
        ),
        (
            "net: {tls: {mode: allowTLS, certificateKeyFile: /s, PEMKeyFile: /s}}",
            "`net.tls.PEMKeyFile` is not an option; it is called `net.tls.certificateKeyFile`",
        ),
        (
            "net: {ssl: {mode: allowSSL, PEMKeyFile: /s, certificateKeyFile: /s}}",
            "`net.ssl.certificateKeyFile` is not an option; it is called `net.ssl.PEMKeyFile`",
        ),
        (
            "net: {ssl: {mode: allowSSL, PEMKeyFile: /s, logVersions: TLS1_2}}",
            "`net.ssl.logVersions` is not an option; it is called `net.tls.logVersions`",
        ),
        (
            "net: {tls: {mode: allowSSL, certificateKeyFile: /s}}",
            "`net.tls.mode` is `allowSSL`, which only `net.ssl.mode` takes",
        ),
        (
            "net: {tls: {mode: disabled, certificateKeyFile: /s, CAFile: /c}}",
            "TLS is disabled, and mongod then refuses `net.tls.certificateKeyFile` and `net.tls.CAFile`",
        ),
        (
            "net: {tls: {allowConnectionsWithoutCertificates: true}}",
            "TLS is disabled, and mongod then refuses `net.tls.allowConnectionsWithoutCertificates`",
        ),
        (
            "net: {tls: {mode: allowTLS, CAFile: /c, clusterFile: /s}}",
            "the mode is `allowTLS`, but there is no `net.tls.certificateKeyFile`",
        ),
        (
            "net: {ssl: {mode: requireSSL}}",
            "the mode is `requireTLS`, but there is no `net.ssl.PEMKeyFile`",
        ),
        (
            "net: {tls: {mode: allowTLS, certificateKeyFile: /s}}\nsecurity: {clusterAuthMode: x509}",
            "`security.clusterAuthMode` is `x509`, which mongod refuses in mode `allowTLS`",
        ),
        (
            "security: {keyFile: /k, clusterAuthMode: sendKeyFile}",
            "`security.clusterAuthMode` is `sendKeyFile`, which mongod refuses in mode `disabled`",
        ),
        ("setParameter: {tlsMode: allowTLS}", "`setParameter.tlsMode` can only be set at run time"),
        ("net:\n", "`net` is empty; mongod refuses a section without options"),
    ] {
        assert_eq!(findings(text), [finding], "{text}");
    }
}

#[test]
fn what_depends_on_the_version_is_said_only_of_that_version() {
    let file = ConfigFile::parse("net: {tls: {mode: allowTLS, certificateKeyFile: /s}}").unwrap();
    for (version, found) in [
        (ServerVersion(4, 0, 28), 1),
        (ServerVersion(4, 4, 28), 0),
        (ServerVersion(4, 4, 29), 1),
        (ServerVersion(6, 0, 5), 0),
        (ServerVersion(6, 0, 14), 1),
        (ServerVersion(8, 0, 0), 1),
    ] {
        assert_eq!(lint(&file, Some(version)).len(), found, "{version}");
    }
    let both = "net: {tls: {mode: allowTLS, certificateKeyFile: /s, CAFile: /c}}\nsetParameter: {tlsUseSystemCA: true}";
    let both = ConfigFile::parse(both).unwrap();
    let found =
        |version| lint(&both, Some(version)).iter().map(LintFinding::check).collect::<Vec<_>>();
    assert_eq!(found(ServerVersion(6, 0, 5)), []);
    assert_eq!(found(ServerVersion(7, 0, 6)), [CheckId::ChainOfTrust]);
}
