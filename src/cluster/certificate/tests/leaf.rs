//! What is read of one certificate.

use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, SanType};

use crate::cluster::certificate::Certificate;

/// mongod does not look at the common name where there is any alternative name (`ssl_cn_with_san.js`).
#[test]
fn a_common_name_counts_only_without_alternative_names_of_any_kind() {
    for (alternative, expected) in [
        (None, Some("db1.test")),
        (Some(SanType::Rfc822Name("ops@db1.test".try_into().unwrap())), None),
    ] {
        let mut wish = CertificateParams::default();
        wish.distinguished_name = DistinguishedName::new();
        wish.distinguished_name.push(DnType::CommonName, "DB1.test");
        wish.subject_alt_names.extend(alternative);
        let made = wish.self_signed(&KeyPair::generate().unwrap()).unwrap();
        let read = Certificate::read(made.der()).unwrap();
        assert_eq!(read.common_name.as_deref(), expected);
    }
}
