//! The names to hold a server's certificate to before its set has told the server's own.
//!
//! A name is only a guess at what to ask for: the certificate is verified against it by the client,
//! and a name that it does not cover leads to no connection. So the certificate's own names come
//! first, and after them what the host is called elsewhere.

use std::net::IpAddr;

use crate::cluster::certificate::Certificate;

/// Every name may cost a connection that takes its time to fail.
const MOST: usize = 8;
/// What DNS allows.
const LONGEST: usize = 253;

/// The names in the first certificate of a PEM text, those of `known` that its wildcards cover, and
/// then the rest of `known`; without a certificate, `known`.
///
/// `localhost` is in many certificates and tells nothing, so it comes last.
pub(super) fn names(pem: Option<&[u8]>, known: &[String]) -> Vec<String> {
    let (wild, own): (Vec<_>, Vec<_>) =
        pem.map(in_certificate).unwrap_or_default().into_iter().partition(|n| n.starts_with("*."));
    let covered = known.iter().filter(|name| wild.iter().any(|pattern| covers(pattern, name)));
    let all = own.iter().chain(covered).chain(known).filter(|name| is_plain(name));
    let mut names: Vec<String> = Vec::new();
    for name in all {
        if !names.iter().any(|had| had.eq_ignore_ascii_case(name)) {
            names.push(name.clone());
        }
    }
    names.sort_by_key(|name| name.eq_ignore_ascii_case("localhost"));
    names.truncate(MOST);
    names
}

/// What a host is called in its file and in the plan. An address in the file is where the server
/// listens and seldom in a certificate; the plan's may be.
pub(super) fn known(bind_ips: &[String], address: &str) -> Vec<String> {
    let is_name = |entry: &&String| entry.as_str() != "*" && entry.parse::<IpAddr>().is_err();
    let bound = bind_ips.iter().filter(is_name).cloned();
    bound.chain([address.to_owned()]).collect()
}

/// Its alternative names, or the name of a certificate from before there were any; mongosh still goes by it.
fn in_certificate(pem: &[u8]) -> Vec<String> {
    let Some(certificate) = Certificate::first(pem) else { return Vec::new() };
    let addresses = certificate.addresses.iter().map(ToString::to_string);
    let names: Vec<_> = certificate.names.into_iter().chain(addresses).collect();
    if names.is_empty() { certificate.common_name.into_iter().collect() } else { names }
}

/// A wildcard stands for one label, the first.
fn covers(pattern: &str, name: &str) -> bool {
    let rest = name.split_once('.').map(|(_, rest)| rest);
    let covered = pattern.strip_prefix("*.").zip(rest);
    covered.is_some_and(|(domain, rest)| domain.eq_ignore_ascii_case(rest))
        && name.parse::<IpAddr>().is_err()
}

/// Whether it can be a name or an address at all: a host may send anything.
fn is_plain(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:".contains(&byte);
    !name.is_empty() && name.len() <= LONGEST && name.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, DnType, KeyPair};

    use super::*;

    fn certificate(names: &[&str], common_name: &str) -> Vec<u8> {
        let names: Vec<_> = names.iter().map(|&name| name.to_owned()).collect();
        let mut wish = CertificateParams::new(names).unwrap();
        wish.distinguished_name.push(DnType::CommonName, common_name);
        wish.self_signed(&KeyPair::generate().unwrap()).unwrap().pem().into_bytes()
    }

    fn texts(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn a_certificates_own_names_come_first_and_localhost_last() {
        for (own, common_name, known, expected) in [
            (&["localhost", "db1.test"][..], "x", &[][..], &["db1.test", "localhost"][..]),
            (&["10.0.0.7", "fd00::7"], "x", &[], &["10.0.0.7", "fd00::7"]),
            (&[], "db1.test", &["localhost", "db1"], &["db1.test", "db1", "localhost"]),
            (&["db1.test"], "db1.test", &["DB1.test", "10.0.0.7"], &["db1.test", "10.0.0.7"]),
            (
                &["*.test", "db.example"],
                "x",
                &["localhost", "db1", "a.b.test", "db1.TEST"],
                &["db.example", "db1.TEST", "db1", "a.b.test", "localhost"],
            ),
            (&[], "*.test", &["db1", "db1.test"], &["db1.test", "db1"]),
            (&["*.test"], "db9.test", &[], &[]),
            (&[], "a name of a person", &["db1"], &["db1"]),
            (&["*.0.0.7"], "x", &["10.0.0.7", "b"], &["10.0.0.7", "b"]),
        ] {
            let found = names(Some(&certificate(own, common_name)), &texts(known));
            assert_eq!(found, expected, "{own:?} {common_name} {known:?}");
        }
    }

    #[test]
    fn without_a_certificate_there_is_what_is_known() {
        let broken = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        for pem in [None, Some(&b""[..]), Some(&broken[..])] {
            assert_eq!(names(pem, &texts(&["localhost", "db1"])), ["db1", "localhost"]);
            assert_eq!(names(pem, &[]), [""; 0]);
        }
    }

    #[test]
    fn no_more_than_eight_are_tried() {
        let many: Vec<_> = (0..20).map(|index| format!("db{index}.test")).collect();
        assert_eq!(names(None, &many), many[..8]);
    }

    #[test]
    fn a_host_is_known_by_the_names_in_its_file_and_by_the_plans_address() {
        let bound = texts(&["localhost", "*", "127.0.0.1", "::1", "db1.lan"]);
        assert_eq!(known(&bound, "10.0.0.7"), ["localhost", "db1.lan", "10.0.0.7"]);
    }
}
