//! Members of one set, each held to the CA files of the others.

use super::samples::{GOOD, NOON, Signer, Wish, file, root};
use crate::{
    cluster::{
        certificate::{Key, MemberCertificates, peer_trust},
        config::{PassPhrase, VerifyMode},
    },
    name::{HostName, MemberName},
};

/// A member whose certificate is of one CA, and whose CA file holds these.
fn member(host: &str, ca: &Signer, trusted: &[&Signer]) -> MemberCertificates {
    let leaf = ca.issue(&GOOD);
    let key = Key::Public(leaf.public_key.clone());
    let roots: Vec<_> = trusted.iter().map(|one| &one.certificate).collect();
    MemberCertificates {
        host: HostName::new(host),
        member: MemberName::new("db1.test:27017"),
        clock: NOON,
        key_file: file("/s.pem", &[&leaf], key),
        cluster_file: None,
        ca_file: Some(file("/ca.pem", &roots, Key::Missing)),
        cluster_ca_file: None,
        pass_phrase: PassPhrase::None,
        verify_mode: VerifyMode::Full,
    }
}

fn said(set: &[MemberCertificates]) -> Vec<String> {
    peer_trust(&set.iter().collect::<Vec<_>>()).iter().map(ToString::to_string).collect()
}

fn refused(host: &str, path: &str, by: &str, issuer: &str) -> String {
    format!(
        "P2: `{path}` on `{host}`: by `/ca.pem` of {by} it is refused: the issuer `O=tests, CN={issuer}` is neither in the CA file nor behind the certificate"
    )
}

#[test]
fn members_of_one_ca_or_that_know_each_others_are_not_complained_about() {
    let (one, two) = (root("one"), root("two"));
    let all = ["db1", "db2", "db3"].map(|host| member(host, &one, &[&one]));
    assert_eq!(said(&all), [""; 0]);
    let both = [member("db1", &one, &[&one, &two]), member("db2", &two, &[&two, &one])];
    assert_eq!(said(&both), [""; 0]);
    let mut careless = [member("db1", &one, &[&one]), member("db2", &two, &[&two])];
    for it in &mut careless {
        it.verify_mode = VerifyMode::None;
    }
    assert_eq!(said(&careless), [""; 0]);
}

#[test]
fn a_member_of_another_ca_is_refused_and_refuses() {
    let (one, two) = (root("one"), root("two"));
    let set =
        [member("db1", &one, &[&one]), member("db2", &two, &[&two]), member("db3", &one, &[&one])];
    assert_eq!(
        said(&set),
        [
            refused("db1", "/s.pem", "`db2`", "one"),
            refused("db2", "/s.pem", "`db1` and `db3`", "two"),
            refused("db3", "/s.pem", "`db2`", "one"),
        ]
    );
}

#[test]
fn what_its_own_host_refuses_is_told_there_alone() {
    let (one, two) = (root("one"), root("two"));
    assert_eq!(said(&[member("db1", &one, &[&one]), member("db2", &two, &[&one])]), [""; 0]);
    let mut no_ca = member("db2", &one, &[]);
    no_ca.ca_file = Some(file("/ca.pem", &[&one.issue(&GOOD)], Key::Missing));
    assert_eq!(said(&[member("db1", &one, &[&one]), no_ca]), [""; 0]);
}

#[test]
fn those_who_connect_are_held_to_the_cluster_ca_file_with_what_they_show() {
    let (one, two) = (root("one"), root("two"));
    let mut guarded = member("db1", &one, &[&one]);
    guarded.cluster_ca_file = Some(file("/ca.pem", &[&two.certificate], Key::Missing));
    let mut caller = member("db2", &one, &[&one, &two]);
    assert_eq!(
        said(&[guarded.clone(), caller.clone()]),
        [refused("db2", "/s.pem", "`db1`", "one")]
    );
    let leaf = two.issue(&Wish { name: "x", ..GOOD });
    caller.cluster_file = Some(file("/c.pem", &[&leaf], Key::Public(leaf.public_key.clone())));
    assert_eq!(said(&[guarded, caller]), [""; 0]);
}
