//! The files of a server's identity, as its configuration names them.

use super::{MemberCertificates, PemFile};
use crate::{
    cluster::{
        config::{ConfigFile, PassPhrase, VerifyMode},
        mode::TlsMode,
    },
    name::{HostName, MemberName},
};

/// What one configuration file names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsPaths {
    key_file: String,
    cluster_file: Option<String>,
    ca_file: Option<String>,
    cluster_ca_file: Option<String>,
    pass_phrase: PassPhrase,
    verify_mode: VerifyMode,
}

impl TlsPaths {
    /// `None` where TLS is off, or where the file names no certificate that could be read.
    #[must_use]
    pub fn from_config(file: &ConfigFile) -> Option<Self> {
        let tls = file.tls();
        let key_file =
            tls.certificate_key_file.clone().filter(|_| tls.mode != TlsMode::Disabled)?;
        Some(Self {
            key_file,
            cluster_file: tls.cluster_file.clone(),
            ca_file: tls.ca_file.clone(),
            cluster_ca_file: tls.cluster_ca_file.clone(),
            pass_phrase: tls.pass_phrase,
            verify_mode: VerifyMode::from_config(file),
        })
    }

    /// Each path.
    pub fn all(&self) -> impl Iterator<Item = &String> {
        let others = [&self.cluster_file, &self.ca_file, &self.cluster_ca_file];
        std::iter::once(&self.key_file).chain(others.into_iter().flatten())
    }

    /// The member's papers, from the files that were found on its host; `None` where the one that
    /// counts is not among them.
    #[must_use]
    pub fn member_certificates(
        &self,
        host: &HostName,
        member: &MemberName,
        clock: i64,
        found: &[PemFile],
    ) -> Option<MemberCertificates> {
        let file = |path: &String| found.iter().find(|file| &file.path == path).cloned();
        let maybe = |path: &Option<String>| path.as_ref().and_then(file);
        Some(MemberCertificates {
            host: host.clone(),
            member: member.clone(),
            clock,
            key_file: file(&self.key_file)?,
            cluster_file: maybe(&self.cluster_file),
            ca_file: maybe(&self.ca_file),
            cluster_ca_file: maybe(&self.cluster_ca_file),
            pass_phrase: self.pass_phrase,
            verify_mode: self.verify_mode,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(text: &str) -> Option<Vec<String>> {
        TlsPaths::from_config(&ConfigFile::parse(text).unwrap())
            .map(|paths| paths.all().cloned().collect())
    }

    #[test]
    fn every_file_of_the_identity_is_named_whichever_the_spelling() {
        for (text, expected) in [
            ("net: {tls: {mode: allowTLS, certificateKeyFile: /k, CAFile: /ca}}", Some("/k /ca")),
            (
                "net: {tls: {mode: requireTLS, certificateKeyFile: /k, clusterFile: /c, CAFile: /ca, clusterCAFile: /cca}}",
                Some("/k /c /ca /cca"),
            ),
            ("net: {ssl: {mode: allowSSL, PEMKeyFile: /k}}", Some("/k")),
            ("net: {tls: {mode: disabled, certificateKeyFile: /k}}", None),
            ("net: {tls: {mode: allowTLS, certificateSelector: 'thumbprint=00'}}", None),
            ("net: {port: 1}", None),
        ] {
            let expected = expected.map(|words| words.split(' ').map(str::to_owned).collect());
            assert_eq!(paths(text), expected, "{text}");
        }
    }

    #[test]
    fn what_members_hold_each_other_to_is_read() {
        for (rest, expected) in [
            ("", VerifyMode::Full),
            ("allowInvalidHostnames: false", VerifyMode::Full),
            ("allowInvalidHostnames: true", VerifyMode::SkipHostname),
            ("allowInvalidCertificates: true", VerifyMode::None),
        ] {
            let text = format!("net: {{tls: {{mode: allowTLS, certificateKeyFile: /k, {rest}}}}}");
            let paths = TlsPaths::from_config(&ConfigFile::parse(&text).unwrap()).unwrap();
            assert_eq!(paths.verify_mode, expected, "{rest}");
        }
    }
}
