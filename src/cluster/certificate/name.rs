//! Whether a certificate is one for a host, by the rules of mongod's OpenSSL.

use std::net::IpAddr;

use super::Certificate;

/// Whether the certificate covers the name by which a member is dialled. The common name counts only
/// where there are no alternative names at all; a wildcard stands for one label, the first.
/// Source: `SSLManagerOpenSSL::parseAndValidatePeerCertificate` in `ssl_manager_openssl.cpp`.
#[must_use]
pub fn covers(certificate: &Certificate, name: &str) -> bool {
    let name = name.trim_end_matches('.').to_lowercase();
    let alternative = !(certificate.names.is_empty() && certificate.addresses.is_empty());
    if let Ok(address) = name.parse::<IpAddr>() {
        // An address among the DNS names is an old form, which the server warns of and takes.
        return certificate.addresses.contains(&address) || certificate.names.contains(&name);
    }
    let matches = |pattern: &String| matches(pattern, &name);
    if alternative {
        certificate.names.iter().any(matches)
    } else {
        certificate.common_name.iter().any(matches)
    }
}

fn matches(pattern: &str, name: &str) -> bool {
    let pattern = pattern.trim_end_matches('.');
    match pattern.strip_prefix("*.") {
        Some(domain) => name.split_once('.').is_some_and(|(_, rest)| rest == domain),
        None => pattern == name,
    }
}
