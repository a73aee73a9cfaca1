//! A CA, a member's certificate and a client's, each in files.

use std::{
    fs,
    path::{Path, PathBuf},
};

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, date_time_ymd,
};

/// The name in the member's certificate; its address is not in it.
pub(crate) const MEMBER: &str = "db1.tlsplan.test";

/// Paths of PEM files.
pub(crate) struct Certificates {
    pub(crate) ca: PathBuf,
    pub(crate) member: PathBuf,
    pub(crate) client: PathBuf,
    pub(crate) other_ca: PathBuf,
}

impl Certificates {
    pub(crate) fn make(folder: &Path) -> Self {
        let (ca_pem, issuer) = authority("test ca");
        let (other_pem, _) = authority("another ca");
        let write = |name: &str, text: String| {
            let path = folder.join(name);
            fs::write(&path, text).unwrap();
            path
        };
        Self {
            ca: write("ca.pem", ca_pem),
            other_ca: write("other.pem", other_pem),
            member: write("member.pem", leaf("members", &[MEMBER], &issuer)),
            client: write("client.pem", leaf("operators", &[], &issuer)),
        }
    }
}

fn params(names: &[&str], unit: &str) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
    let mut params = CertificateParams::new(names).unwrap();
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2040, 1, 1);
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, unit);
    params.distinguished_name.push(DnType::OrganizationName, unit);
    params
}

fn authority(name: &str) -> (String, Issuer<'static, KeyPair>) {
    let mut params = params(&[], name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let key = KeyPair::generate().unwrap();
    let pem = params.self_signed(&key).unwrap().pem();
    (pem, Issuer::new(params, key))
}

fn leaf(unit: &str, names: &[&str], issuer: &Issuer<'_, KeyPair>) -> String {
    let mut params = params(names, unit);
    params.extended_key_usages =
        vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, issuer).unwrap();
    format!("{}{}", certificate.pem(), key.serialize_pem())
}
