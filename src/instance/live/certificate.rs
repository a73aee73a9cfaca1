//! The certificate that the file in place names, and its last day.

use super::inner::Inner;
use crate::cluster::certificate::Certificate;

/// The last moment at which the first certificate of a PEM text is valid, seconds since the epoch.
#[must_use]
pub fn valid_until(pem: &[u8]) -> Option<i64> {
    Certificate::first(pem).map(|certificate| certificate.valid.1)
}

impl Inner {
    /// The certificates that the file in place names, in PEM and without keys.
    pub(super) async fn certificate(&self) -> Option<Vec<u8>> {
        let path = self.known.lock().files.certificate_key_file.clone()?;
        let pem = self.host.certificates(&[&path]).await.ok()?;
        pem.into_iter().next().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_day_is_read_and_nonsense_has_none() {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut wish = rcgen::CertificateParams::new(["db1.test".to_owned()]).unwrap();
        wish.not_after = rcgen::date_time_ymd(2030, 1, 1);
        let pem = wish.self_signed(&key).unwrap().pem();
        assert_eq!(valid_until(pem.as_bytes()), Some(1_893_456_000));
        assert_eq!(valid_until(b""), None);
    }
}
