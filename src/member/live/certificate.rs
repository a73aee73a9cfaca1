//! What a certificate says of itself: its names and its last day.

use x509_parser::{extensions::GeneralName, pem::Pem, prelude::X509Certificate};

/// The DNS names in the first certificate of a PEM text, the most telling first.
///
/// `localhost` is in many of them and tells nothing, so it comes last.
pub(super) fn names(pem: &[u8]) -> Vec<String> {
    let Some(Ok(block)) = Pem::iter_from_buffer(pem).next() else { return Vec::new() };
    let Ok(certificate) = block.parse_x509() else { return Vec::new() };
    let mut names = dns_names(&certificate);
    names.sort_by_key(|name| name == "localhost");
    names
}

fn dns_names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(extension)) = certificate.subject_alternative_name() else { return Vec::new() };
    let names = extension.value.general_names.iter().filter_map(|name| match name {
        GeneralName::DNSName(name) if !name.starts_with('*') => Some((*name).to_owned()),
        _ => None,
    });
    names.collect()
}

/// The last moment at which the first certificate of a PEM text is valid, seconds since the epoch.
#[must_use]
pub fn valid_until(pem: &[u8]) -> Option<i64> {
    let block = Pem::iter_from_buffer(pem).next()?.ok()?;
    let certificate = block.parse_x509().ok()?;
    Some(certificate.validity().not_after.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_dates_are_read_and_nonsense_is_not() {
        let names_wanted = ["localhost".to_owned(), "db1.test".to_owned()];
        let key = rcgen::KeyPair::generate().unwrap();
        let mut wish = rcgen::CertificateParams::new(names_wanted).unwrap();
        wish.not_after = rcgen::date_time_ymd(2030, 1, 1);
        let pem = wish.self_signed(&key).unwrap().pem();
        assert_eq!(names(pem.as_bytes()), ["db1.test", "localhost"]);
        assert_eq!(valid_until(pem.as_bytes()), Some(1_893_456_000));
        assert!(
            names(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").is_empty()
        );
        assert_eq!(valid_until(b""), None);
    }
}
