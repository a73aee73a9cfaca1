//! Logins in the database, a password for sudo, and the file in place edited: `rs0-auth.toml`.

use std::fs;

use crate::{
    both_ways::BothWays,
    fingerprint::Fingerprint,
    lab::{Host, Lab},
    proof, run,
    site::Site,
    stages::Stages,
    traces::Traces,
    upgrade::{changes_nothing, pristine},
    watch::Watch,
};

pub(crate) fn lab_with_logins() -> (Lab, Site) {
    let lab = Lab::fresh(&["--server", "6.0", "--auth", "--sudo-password"]);
    let site = Site::new(&lab, "rs0-auth.toml");
    (lab, site)
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

/// After MongoDB's tests `upgrade_to_x509_ssl_nossl.js` and `upgrade_to_x509_ssl.js`: members log in to each
/// other by the same key throughout, and users on every one of them after each stage. And after its operator's
/// `replica_set_tls_upgrade`: both kinds of clients get in throughout, until plaintext is refused for good.
#[test]
#[ignore = "needs the lab"]
fn u5_u6_u8_logins_and_both_kinds_of_clients_get_in_at_each_stage_and_every_other_byte_stays() {
    let (lab, site) = lab_with_logins();
    let site = site.with_driver();
    let_the_controller_through(&lab, &site);
    let mut stages = Stages::of(&lab, &site);
    stages.grows(false);
    let watch = Watch::start(&lab, &site);
    let dialled = BothWays::start(&lab, &site);
    // The third step is the gate, which changes no mode.
    for (step, mode) in [(1, "allowTLS"), (2, "preferTLS"), (4, "requireTLS")] {
        stages.reach(step, mode);
        if mode != "requireTLS" {
            stages.grows(false);
        }
        stages.grows(true);
    }
    dialled.end();
    proof::requires_tls(&lab, &site);
    watch.end(edited).undisturbed().elections(1);
    for host in &lab.hosts {
        let text = fs::read_to_string(host.root.join("etc/mongod.conf")).unwrap();
        assert!(
            text.contains("# Where and how to store data.\n") && text.contains("  tls:\n"),
            "{text}"
        );
        assert!(text.contains("keyFile:") && !text.contains("x509"), "{}", host.name);
    }
    changes_nothing(&lab, &site);
}

/// Who dials in plaintext all the time would hold the gate all the time.
fn let_the_controller_through(lab: &Lab, site: &Site) {
    let here = lab.variable("LAB_CONTROLLER").to_owned();
    site.edit_plan(|plan| plan.replace("\"5s\" }", &format!("\"5s\", allow = [\"{here}\"] }}")));
}

#[test]
#[ignore = "needs the lab"]
fn a_wrong_password_for_sudo_or_for_the_database_ends_the_run_with_77() {
    let (lab, site) = lab_with_logins();
    let before = Fingerprint::of(&lab);
    let traces = Traces::before(&lab);
    for (variable, says) in [
        ("LAB_SUDO_PASSWORD", &["error: ", "`db", "sudo", "hint: "][..]),
        ("LAB_MONGODB_PASSWORD", &["error: ", "`db", "hint: "]),
    ] {
        let refused = run::apply_with(&lab, &site, &[(variable, "sesame-7421")]);
        refused.expect(77).says(says);
        assert!(!refused.words().contains("sesame-7421"), "the password is in the output");
        before.untouched(&lab, &["db1", "db2", "db3"]);
        traces.none_left(&lab);
    }
}

mod thorough {
    use super::*;

    #[test]
    #[ignore = "needs the lab"]
    fn a_set_with_logins_goes_to_tls_only_in_one_run_with_both_ways_in_throughout() {
        let (lab, site) = lab_with_logins();
        let_the_controller_through(&lab, &site);
        let watch = Watch::start(&lab, &site);
        let dialled = BothWays::start(&lab, &site);
        let first = run::apply(&lab, &site);
        first.expect(0);
        dialled.end();
        proof::requires_tls(&lab, &site);
        watch.end(edited).undisturbed().elections(1);
        let again = changes_nothing(&lab, &site);
        println!("   Applied  with logins: {:.1?}, and again: {:.1?}", first.took, again.took);
    }
}
