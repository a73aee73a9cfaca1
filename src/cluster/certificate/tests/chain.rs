//! Chains, whole and broken, and what covers which name.

use super::samples::{GOOD, Wish, root};
use crate::cluster::certificate::{Certificate, chain, covers};

#[test]
fn a_chain_leads_to_a_root_in_the_ca_file_or_says_where_it_ends() {
    let (ca, twin) = (root("ca"), root("ca"));
    let (between, liar) = (ca.signer("between", true), ca.signer("liar", false));
    let [direct, below, forged, foreign] =
        [ca.issue(&GOOD), between.issue(&GOOD), liar.issue(&GOOD), twin.issue(&GOOD)];
    let (ca, between, liar) = (ca.certificate, between.certificate, liar.certificate);
    let one = |certificate: &Certificate| vec![certificate.clone()];
    for (leaf, others, trusted, expected) in [
        (&direct, vec![], one(&ca), "whole"),
        (&below, one(&between), one(&ca), "whole"),
        (&below, vec![], vec![ca.clone(), between.clone()], "whole"),
        (&ca, vec![], one(&ca), "whole"),
        (
            &below,
            vec![],
            one(&ca),
            "the issuer `O=tests, CN=between` is neither in the CA file nor behind the certificate",
        ),
        (
            &below,
            vec![],
            one(&between),
            "the CA file has `O=tests, CN=between`, and not the root `O=tests, CN=ca` that issued it",
        ),
        (
            &foreign,
            vec![],
            one(&ca),
            "it was not signed by the `O=tests, CN=ca` that is there: another CA of the same name",
        ),
        (&forged, one(&liar), one(&ca), "`O=tests, CN=liar` signed it and is no CA"),
        (
            &direct,
            vec![],
            vec![],
            "the issuer `O=tests, CN=ca` is neither in the CA file nor behind the certificate",
        ),
        // A root that comes along with the certificate is not believed for that.
        (
            &direct,
            one(&ca),
            vec![],
            "the issuer `O=tests, CN=ca` is neither in the CA file nor behind the certificate",
        ),
    ] {
        let said = chain(leaf, &others, &trusted)
            .map_or_else(|broken| broken.to_string(), |()| "whole".to_owned());
        assert_eq!(said, expected);
    }
}

#[test]
fn names_are_covered_as_the_server_does_it() {
    let ca = root("ca");
    let with = |name, alternative| ca.issue(&Wish { name, alternative, ..GOOD });
    for (certificate, name, expected) in [
        (with("x", &["db1.test", "10.0.0.7"]), "DB1.test.", true),
        (with("x", &["db1.test", "10.0.0.7"]), "10.0.0.7", true),
        (with("x", &["db1.test"]), "db1", false),
        (with("x", &["db1.test"]), "10.0.0.7", false),
        (with("x", &["*.test"]), "db1.test", true),
        (with("x", &["*.test"]), "a.db1.test", false),
        (with("x", &["*.test"]), "test", false),
        // The common name counts only where there is nothing else.
        (with("db1.test", &[]), "db1.test", true),
        (with("db1.test", &["other.test"]), "db1.test", false),
    ] {
        assert_eq!(covers(&certificate, name), expected, "{:?} {name}", certificate.names);
    }
}
