//! One fault at a time on a good member, and the finding that each gets.

use rcgen::ExtendedKeyUsagePurpose::{ClientAuth, CodeSigning, ServerAuth};

use super::samples::{GOOD, NOON, Signer, Wish, file, root, root_of};
use crate::{
    cluster::{
        certificate::{Access, Key, MemberCertificates, Unread, check_certificates},
        config::{PassPhrase, VerifyMode},
    },
    name::{HostName, MemberName},
};

/// Seconds of a day.
const DAY: i64 = 86_400;

/// Makes one thing wrong.
type Spoil<'s> = &'s dyn Fn(&mut MemberCertificates);

const PEM: &str = "/etc/ssl/server.pem";

pub(super) fn identity(ca: &Signer, wish: &Wish) -> MemberCertificates {
    let leaf = ca.issue(wish);
    let key = Key::Public(leaf.public_key.clone());
    MemberCertificates {
        host: HostName::new("db1"),
        member: MemberName::new("db1.test:27017"),
        clock: NOON,
        key_file: file(PEM, &[&leaf], key),
        cluster_file: None,
        ca_file: Some(file("/etc/ssl/ca.pem", &[&ca.certificate], Key::Missing)),
        cluster_ca_file: None,
        pass_phrase: PassPhrase::None,
        verify_mode: VerifyMode::Full,
    }
}

fn said(identity: &MemberCertificates) -> Vec<String> {
    check_certificates(identity, 14).iter().map(|one| format!("{:?} {one}", one.severity)).collect()
}

#[test]
fn a_good_member_is_not_complained_about() {
    let ca = root("ca");
    for usage in [&[][..], &[ServerAuth, ClientAuth]] {
        assert_eq!(said(&identity(&ca, &Wish { usage, ..GOOD })), [""; 0]);
    }
}

#[test]
fn what_a_certificate_says_of_itself_is_judged() {
    let ca = root("ca");
    for (wish, expected) in [
        (
            Wish { usage: &[ServerAuth], ..GOOD },
            vec![
                "P1: its extended key usage leaves out clientAuth, which it needs to reach other members",
            ],
        ),
        (
            Wish { usage: &[ClientAuth], ..GOOD },
            vec!["P1: its extended key usage leaves out serverAuth"],
        ),
        (
            Wish { usage: &[CodeSigning], ..GOOD },
            vec![
                "P1: its extended key usage leaves out serverAuth",
                "P1: its extended key usage leaves out clientAuth, which it needs to reach other members",
            ],
        ),
        (
            Wish { alternative: &["db9.test"], ..GOOD },
            vec!["P4: it is for db9.test, and the other members dial this one as `db1.test`"],
        ),
        (
            Wish { name: "x", alternative: &[], ..GOOD },
            vec!["P4: it has no name `db1.test`, by which the other members dial this one"],
        ),
        (
            Wish { years: (2024, 2026), ..GOOD },
            vec!["P5: it expired 151 days ago by the host's clock"],
        ),
        (
            Wish { years: (2027, 2028), ..GOOD },
            vec!["P5: it begins in 213 days by the host's clock"],
        ),
    ] {
        let expected: Vec<_> = expected
            .into_iter()
            .map(|words| words.replacen(": ", &format!(": `{PEM}` on `db1`: "), 1))
            .map(|words| format!("Refusal {words}"))
            .collect();
        assert_eq!(said(&identity(&ca, &wish)), expected);
    }
}

#[test]
fn days_are_counted_by_the_clock_of_the_host() {
    let mut late = identity(&root("ca"), &GOOD);
    late.clock = NOON + 210 * DAY;
    assert_eq!(
        said(&late),
        [format!("Refusal P31: `{PEM}` on `db1`: it expires in 3 days, the plan asks for 14 days")]
    );
}

#[test]
fn what_lies_on_the_host_is_judged() {
    let (ca, other) = (root("ca"), root("other"));
    let good = identity(&ca, &GOOD);
    let faults: [(Spoil, &str); 11] = [
        (&|it| it.key_file.access = Access::Missing, "Refusal P7: PEM: it is not there"),
        (
            &|it| it.key_file.access = Access::Nobody("Permission denied".to_owned()),
            "Refusal P7: PEM: the service's user cannot read it: Permission denied",
        ),
        (
            &|it| it.key_file.access = Access::Everybody,
            "Warning P7: PEM: everybody on the host can read the private key in it",
        ),
        (&|it| it.key_file.key = Key::Missing, "Refusal P6: PEM: there is no private key in it"),
        (
            &|it| it.key_file.key = Key::Damaged,
            "Refusal P6: PEM: the private key in it cannot be read",
        ),
        (
            &|it| it.key_file.key = Key::Locked,
            "Refusal P6: PEM: the private key in it has a pass phrase, and a service cannot ask for one",
        ),
        (
            &|it| it.key_file.key = Key::Public(vec![1]),
            "Refusal P6: PEM: the private key in it belongs to another certificate",
        ),
        (
            &|it| it.key_file.certificates = Err(Unread::Damaged(1)),
            "Refusal P6: PEM: certificate 1 in it cannot be read",
        ),
        (
            &|it| it.ca_file.as_mut().unwrap().certificates = Err(Unread::None),
            "Refusal P3: CA: there is no certificate in it",
        ),
        (
            &|it| it.ca_file.as_mut().unwrap().certificates = Ok(vec![other.certificate.clone()]),
            "Refusal P2: PEM: the issuer `O=tests, CN=ca` is neither in the CA file nor behind the certificate",
        ),
        (
            &|it| it.ca_file.as_mut().unwrap().access = Access::Missing,
            "Refusal P7: CA: it is not there",
        ),
    ];
    for (fault, expected) in faults {
        let mut bad = good.clone();
        fault(&mut bad);
        let expected = expected.replace("PEM:", &format!("`{PEM}` on `db1`:"));
        let expected = expected.replace("CA:", "`/etc/ssl/ca.pem` on `db1`:");
        let found = said(&bad);
        assert_eq!(found.first(), Some(&expected), "{found:#?}");
    }
}

#[test]
fn a_leaf_in_the_place_of_the_ca_is_seen() {
    let ca = root("ca");
    let mut bad = identity(&ca, &GOOD);
    let leaf = ca.issue(&GOOD);
    bad.ca_file = Some(file("/etc/ssl/ca.pem", &[&leaf], Key::Missing));
    assert_eq!(
        said(&bad).first().map(String::as_str),
        Some("Refusal P3: `/etc/ssl/ca.pem` on `db1`: `O=tests, CN=db1.test` is no CA")
    );
}

#[test]
fn a_cluster_file_is_what_is_shown_to_other_members() {
    let ca = root("ca");
    let mut identity = identity(&ca, &Wish { usage: &[ServerAuth], ..GOOD });
    let leaf = ca.issue(&Wish { usage: &[ClientAuth], ..GOOD });
    let key = Key::Public(leaf.public_key.clone());
    identity.cluster_file = Some(file("/etc/ssl/cluster.pem", &[&leaf], key));
    assert_eq!(said(&identity), [""; 0]);
    identity.cluster_file.as_mut().unwrap().key = Key::Missing;
    assert_eq!(
        said(&identity),
        ["Refusal P6: `/etc/ssl/cluster.pem` on `db1`: there is no private key in it"]
    );
}

#[test]
fn a_root_that_is_over_counts_only_where_a_chain_needs_it() {
    let (old, new) = (root_of("old", (2020, 2026)), root("new"));
    let both = file("/etc/ssl/ca.pem", &[&old.certificate, &new.certificate], Key::Missing);
    let mut sound = identity(&new, &GOOD);
    sound.ca_file = Some(both.clone());
    assert_eq!(said(&sound), [""; 0]);
    let mut late = identity(&old, &GOOD);
    late.ca_file = Some(both);
    assert_eq!(
        said(&late),
        [
            "Refusal P5: `/etc/ssl/ca.pem` on `db1`: `O=tests, CN=old` in it is not valid by the host's clock"
        ]
    );
}

#[test]
fn a_key_behind_a_pass_phrase_that_the_file_has_is_the_servers_to_try() {
    let mut locked = identity(&root("ca"), &GOOD);
    locked.key_file.key = Key::Locked;
    locked.pass_phrase = PassPhrase::Needed;
    assert_eq!(said(&locked), [""; 0]);
    locked.key_file.key = Key::Unread;
    assert_eq!(said(&locked), [""; 0]);
}

#[test]
fn a_ca_file_without_a_ca_is_told_once_unless_the_member_vouches_for_itself() {
    let itself = root("db1.test").self_signed(&GOOD);
    let mut alone = identity(&root("ca"), &GOOD);
    alone.key_file = file(PEM, &[&itself], Key::Public(itself.public_key.clone()));
    alone.ca_file = Some(file("/etc/ssl/ca.pem", &[&itself], Key::Missing));
    assert_eq!(said(&alone), [""; 0]);
    let ca = root("ca");
    let mut bad = identity(&ca, &GOOD);
    bad.ca_file = Some(file("/etc/ssl/ca.pem", &[&ca.issue(&GOOD)], Key::Missing));
    assert_eq!(said(&bad).len(), 1);
}

#[test]
fn what_nobody_verifies_is_no_reason_to_refuse() {
    let (ca, other) = (root("ca"), root("other"));
    let mut bad = identity(&ca, &Wish { alternative: &["db9.test"], usage: &[ServerAuth], ..GOOD });
    bad.ca_file = Some(file("/etc/ssl/ca.pem", &[&other.certificate], Key::Missing));
    for (verify_mode, expected) in [
        (VerifyMode::Full, ["Refusal P2", "Refusal P4", "Refusal P1"]),
        (VerifyMode::SkipHostname, ["Refusal P2", "Refusal P1", "Warning P4"]),
        (VerifyMode::None, ["Warning P2", "Warning P4", "Warning P1"]),
    ] {
        bad.verify_mode = verify_mode;
        let found: Vec<_> = said(&bad).iter().map(|words| words[..10].to_owned()).collect();
        assert_eq!(found, expected);
    }
    bad.clock = NOON + 400 * DAY;
    assert!(said(&bad)[0].starts_with("Refusal P5"));
}
