//! Logins in the database, a password for sudo, and the file in place edited: `rs0-auth.toml`.

use std::fs;

use crate::{
    both_ways::BothWays,
    fingerprint::Fingerprint,
    lab::{Host, Lab},
    proof, run,
    site::Site,
    traces::Traces,
    upgrade::{changes_nothing, pristine},
    watch::Watch,
};

pub(crate) fn lab_with_logins() -> (Lab, Site) {
    let lab = Lab::fresh(&["--server", "6.0", "--auth", "--sudo-password"]);
    let site = Site::new(&lab, "rs0-auth.toml");
    (lab, site)
}

pub(crate) fn without_the_clients_step(plan: &str) -> String {
    let mut parts: Vec<_> = plan.split("[[steps]]").collect();
    parts.retain(|part| !part.contains("clients ="));
    parts.join("[[steps]]")
}

/// The file without the lines of `net.tls`.
fn outside_net_tls(text: &str) -> String {
    let mut outside = String::new();
    let mut within = false;
    for line in text.split_inclusive('\n') {
        within = line == "  tls:\n" || (within && line.starts_with("    "));
        if !within {
            outside.push_str(line);
        }
    }
    outside
}

/// Whether a file is the host's own with at most one whole `net.tls` more.
fn edited(host: &Host, text: &str) -> bool {
    let original = fs::read_to_string(pristine(host)).unwrap();
    let section = text.contains("    certificateKeyFile: /etc/ssl/mongodb/server.pem\n")
        && text.contains("    CAFile: /etc/ssl/mongodb/ca.pem\n");
    outside_net_tls(text) == original && (text == original || section)
}

/// MongoDB's operator has such a test (`replica_set_tls_upgrade`): both kinds of clients get in throughout,
/// until plaintext is refused for good.
#[test]
#[ignore = "needs the lab"]
fn u8_a_set_with_logins_goes_to_tls_only_with_both_ways_in_throughout_and_every_other_byte_stays() {
    let (lab, site) = lab_with_logins();
    // Who dials in plaintext all the time would hold the gate all the time.
    let here = lab.variable("LAB_CONTROLLER").to_owned();
    site.edit_plan(|plan| plan.replace("\"5s\" }", &format!("\"5s\", allow = [\"{here}\"] }}")));
    let watch = Watch::start(&lab, &site);
    let dialled = BothWays::start(&lab, &site);
    let first = run::apply(&lab, &site);
    first.expect(0);
    dialled.end();
    proof::requires_tls(&lab, &site);
    watch.end(edited).undisturbed().elections(1);
    for host in &lab.hosts {
        let text = fs::read_to_string(host.root.join("etc/mongod.conf")).unwrap();
        assert!(
            text.contains("# Where and how to store data.\n") && text.contains("  tls:\n"),
            "{text}"
        );
    }
    let again = changes_nothing(&lab, &site);
    println!("   Applied  with logins: {:.1?}, and again: {:.1?}", first.took, again.took);
}

#[test]
#[ignore = "needs the lab"]
fn a_wrong_password_for_sudo_ends_the_run_with_77() {
    let (lab, site) = lab_with_logins();
    let before = Fingerprint::of(&lab);
    let traces = Traces::before(&lab);
    let refused = run::apply_with(&lab, &site, &[("LAB_SUDO_PASSWORD", "sesame-7421")]);
    refused.expect(77).says(&["error: ", "`db", "sudo", "hint: "]);
    assert!(!refused.words().contains("sesame-7421"), "the password is in the output");
    before.untouched(&lab, &["db1", "db2", "db3"]);
    traces.none_left(&lab);
}

#[test]
#[ignore = "needs the lab"]
fn a_wrong_password_for_the_database_ends_the_run_with_77() {
    let (lab, site) = lab_with_logins();
    let before = Fingerprint::of(&lab);
    let refused = run::apply_with(&lab, &site, &[("LAB_MONGODB_PASSWORD", "sesame-7421")]);
    refused.expect(77).says(&["error: ", "`db", "hint: "]);
    assert!(!refused.words().contains("sesame-7421"), "the password is in the output");
    before.untouched(&lab, &["db1", "db2", "db3"]);
}
