//! What a CA file is good for.

use super::{Access, Authority, Certificate, PemFile};

/// The certificates of a CA file, unless that is told to be none already.
pub(super) fn authorities(file: &PemFile) -> Option<&[Certificate]> {
    let is_there = matches!(file.access, Access::Service | Access::Everybody);
    let certificates = file.certificates.as_ref().ok().filter(|_| is_there)?;
    certificates.iter().any(is_ca).then_some(certificates)
}

/// Whether it may sign others.
pub(super) fn is_ca(one: &Certificate) -> bool {
    one.authority == Authority::Yes
}
