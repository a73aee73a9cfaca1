//! Certificates made up for tests.

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};

use crate::cluster::certificate::{Access, Certificate, Key, PemFile};

/// A noon in the days of all certificates here: 2026-06-01 12:00 UTC.
pub(super) const NOON: i64 = 1_780_315_200;

/// The years of those who sign.
const YEARS: (i32, i32) = (2020, 2040);

/// Somebody who signs.
pub(super) struct Signer {
    params: CertificateParams,
    key: KeyPair,
    pub(super) certificate: Certificate,
}

/// What a certificate is to be like.
pub(super) struct Wish {
    pub(super) name: &'static str,
    pub(super) alternative: &'static [&'static str],
    pub(super) usage: &'static [ExtendedKeyUsagePurpose],
    /// Years in which it begins and ends.
    pub(super) years: (i32, i32),
}

/// A good member's.
pub(super) const GOOD: Wish =
    Wish { name: "db1.test", alternative: &["db1.test"], usage: &[], years: (2026, 2027) };

fn params(wish: &Wish) -> CertificateParams {
    let names: Vec<_> = wish.alternative.iter().map(|&name| name.to_owned()).collect();
    let mut params = CertificateParams::new(names).unwrap();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::OrganizationName, "tests");
    params.distinguished_name.push(DnType::CommonName, wish.name);
    params.extended_key_usages = wish.usage.to_vec();
    params.not_before = date_time_ymd(wish.years.0, 1, 1);
    params.not_after = date_time_ymd(wish.years.1, 1, 1);
    params
}

fn authority(name: &'static str, ca: bool, years: (i32, i32)) -> (CertificateParams, KeyPair) {
    let mut params = params(&Wish { name, alternative: &[], usage: &[], years });
    if ca {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    } else {
        params.is_ca = IsCa::ExplicitNoCa;
    }
    (params, KeyPair::generate().unwrap())
}

fn read(der: &[u8]) -> Certificate {
    Certificate::read(der).unwrap()
}

/// A root.
pub(super) fn root(name: &'static str) -> Signer {
    root_of(name, YEARS)
}

/// A root that begins and ends in these years.
pub(super) fn root_of(name: &'static str, years: (i32, i32)) -> Signer {
    let (params, key) = authority(name, true, years);
    let certificate = read(params.self_signed(&key).unwrap().der());
    Signer { params, key, certificate }
}

impl Signer {
    fn issuer(&self) -> Issuer<'_, &KeyPair> {
        Issuer::from_params(&self.params, &self.key)
    }

    /// An intermediate, or somebody who signs and is not allowed to.
    pub(super) fn signer(&self, name: &'static str, ca: bool) -> Self {
        let (params, key) = authority(name, ca, YEARS);
        let certificate = read(params.signed_by(&key, &self.issuer()).unwrap().der());
        Self { params, key, certificate }
    }

    /// A certificate of its own key, which is no CA.
    pub(super) fn self_signed(&self, wish: &Wish) -> Certificate {
        read(params(wish).self_signed(&self.key).unwrap().der())
    }

    pub(super) fn issue(&self, wish: &Wish) -> Certificate {
        let key = KeyPair::generate().unwrap();
        read(params(wish).signed_by(&key, &self.issuer()).unwrap().der())
    }
}

/// The file of a server: its certificate, those behind it, and its key.
pub(super) fn file(path: &str, certificates: &[&Certificate], key: Key) -> PemFile {
    let certificates = certificates.iter().map(|&one| one.clone()).collect();
    PemFile { path: path.to_owned(), access: Access::Service, certificates: Ok(certificates), key }
}
