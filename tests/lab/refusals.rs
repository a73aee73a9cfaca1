//! What stands in the way before anything is touched: the exit code, the words, and the proof that
//! no host is other than it was.

use crate::{fingerprint::Fingerprint, lab::Lab, run, site::Site, traces::Traces};

const ALL: [&str; 3] = ["db1", "db2", "db3"];

/// Applies `rs0.toml` with something in the way; the run must end with this code and say all of
/// this, and leave every host as it was.
fn refuses(exit: i32, says: &[&str], hinder: impl FnOnce(&Lab, &Site)) {
    let lab = Lab::fresh(&["--server", "6.0"]);
    let site = Site::new(&lab, "rs0.toml");
    hinder(&lab, &site);
    let traces = Traces::before(&lab);
    let before = Fingerprint::of(&lab);
    run::apply(&lab, &site).expect(exit).says(says);
    before.untouched(&lab, &ALL);
    traces.none_left(&lab);
}

// promise: E4
#[test]
#[ignore = "needs the lab"]
fn a_host_that_cannot_be_reached_ends_the_run_with_69() {
    refuses(
        69,
        &["error: `db3`", "did not finish the TCP connection within 5s", "hint: "],
        |lab, _| {
            lab.cut("db3");
        },
    );
}

// promise: E3
#[test]
#[ignore = "needs the lab"]
fn an_unknown_host_key_ends_the_run_with_76() {
    let says = ["error: `db2`", "is not known", "ssh-keygen -lf", "add this line to "];
    refuses(76, &says, |lab, site| {
        let address = lab.host("db2").address.clone();
        site.edit("known_hosts", |known| {
            known.split_inclusive('\n').filter(|line| !line.contains(&address)).collect()
        });
    });
}

// promise: E3
#[test]
#[ignore = "needs the lab"]
fn another_host_key_than_the_known_one_ends_the_run_with_76() {
    let says = ["error: `db2`", "has changed", "nothing was sent to the host", "ssh-keygen -R"];
    refuses(76, &says, |lab, site| {
        let (other, own) = (lab.host("db1"), lab.host("db2"));
        site.edit("known_hosts", |known| with_keys_of(known, &other.address, &own.address));
    });
}

/// The file with the keys of one address written down for another.
fn with_keys_of(known: &str, other: &str, own: &str) -> String {
    let belongs = |line: &&str, address: &str| line.split([',', ' ']).any(|word| word == address);
    let own_names =
        known.lines().find(|line| belongs(line, own)).unwrap().split_once(' ').unwrap().0;
    let kept = known.lines().filter(|line| !belongs(line, own)).map(str::to_owned);
    let forged = known.lines().filter(|line| belongs(line, other));
    let forged = forged.map(|line| format!("{own_names} {}", line.split_once(' ').unwrap().1));
    kept.chain(forged).collect::<Vec<_>>().join("\n") + "\n"
}

#[test]
#[ignore = "needs the lab"]
fn a_user_without_sudo_ends_the_run_with_77() {
    let says =
        ["no root on `db3`", "sudo asks for a password and the plan has none", "become_password"];
    refuses(77, &says, |lab, _| {
        lab.exec("db3", &["rm", "/etc/sudoers.d/deploy"]);
    });
}

#[test]
#[ignore = "needs the lab"]
fn an_expired_certificate_that_the_plan_waives_is_met_by_the_canary_and_ends_the_run_with_78() {
    let says = [
        "P5: `/etc/ssl/mongodb/server.pem`: it expired",
        "waived: mongod shall see for itself",
        "the new configuration file of `db2` is not proved",
        "expired or not yet valid",
        "run the plan again",
    ];
    refuses(78, &says, |lab, site| {
        lab.certificate("db2", "expired");
        let waiver = "[waive]\nP5 = \"mongod shall see for itself\"\n\n[ssh]";
        site.edit_plan(|plan| plan.replacen("[ssh]", waiver, 1));
    });
}

// promise: D1
#[test]
#[ignore = "needs the lab"]
fn a_member_that_the_plan_forgot_ends_the_run_with_78() {
    let says = ["is a member of `rs0` and no host of the plan", "db3", "under `[hosts]`"];
    refuses(78, &says, |_, site| {
        site.edit_plan(|plan| {
            let from = plan.find("[hosts.db3]").unwrap();
            let to = from + plan[from..].find("[[steps]]").unwrap();
            format!("{}{}", &plan[..from], &plan[to..])
        });
    });
}

// promise: A2
#[test]
#[ignore = "needs the lab"]
fn a_member_that_is_down_already_ends_the_run_with_78() {
    let says = ["the server on `db2` does not answer", "unit stopped", "then run again"];
    refuses(78, &says, |lab, _| {
        lab.exec("db2", &["systemctl", "stop", "mongod"]);
    });
}
