//! The manual's procedure on three members, with nothing in the way: `rs0.toml`, unchanged.

use crate::{
    fingerprint::Fingerprint,
    lab::{Host, Lab},
    proof,
    run::{self, Finished},
    site::Site,
    watch::Watch,
};

/// Applies `rs0.toml` to a fresh lab with this server while everything is watched, proves the
/// outcome, and proves that a second run does nothing.
pub(crate) fn from_plaintext_to_tls_only(server: &str) {
    let lab = Lab::fresh(&["--server", server]);
    let site = Site::new(&lab, "rs0.toml");
    let watch = Watch::start(&lab, &site);
    let first = run::apply(&lab, &site);
    first.expect(0).says(&["reached each other by TLS", "3 x 3 pairs"]);
    proof::requires_tls(&lab, &site);
    let seen = watch.end(known(&lab, &site));
    seen.undisturbed().elections(1);
    assert_eq!(seen.availability.absences(), 3, "one restart a member\n{}", seen.availability);
    let again = changes_nothing(&lab, &site);
    println!("   Applied  {server}: {:.1?}, and again: {:.1?}", first.took, again.took);
}

/// Every content `rs0.toml` may give a host's file.
pub(crate) fn known(lab: &Lab, site: &Site) -> impl Fn(&Host, &str) -> bool + use<> {
    let file = |host: &Host| std::fs::read_to_string(pristine(host)).unwrap();
    let mut contents = Vec::new();
    for host in &lab.hosts {
        contents.push((host.name.clone(), file(host)));
        for mode in ["allowTLS", "preferTLS", "requireTLS"] {
            contents.push((host.name.clone(), site.rendered(&host.fqdn, mode)));
        }
    }
    move |host, text| contents.iter().any(|(name, known)| *name == host.name && known == text)
}

/// A host's file as the lab made it.
pub(crate) fn pristine(host: &Host) -> std::path::PathBuf {
    host.root.with_file_name("pristine").join("etc/mongod.conf")
}

// promise: C8
pub(crate) fn changes_nothing(lab: &Lab, site: &Site) -> Finished {
    let before = (Fingerprint::of(lab), proof::parameters_set(lab));
    let again = run::apply(lab, site);
    again.expect(0);
    before.0.untouched(lab, &["db1", "db2", "db3"]);
    assert_eq!(before.1, proof::parameters_set(lab), "a parameter was set again");
    again
}

#[test]
#[ignore = "needs the lab"]
fn a_set_goes_from_plaintext_to_tls_only_under_load_and_a_second_run_does_nothing() {
    from_plaintext_to_tls_only("6.0");
}
