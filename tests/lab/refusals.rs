//! What stands in the way before anything is touched: the exit code, the words, and the proof that
//! no host is other than it was.

use std::time::Duration;

use crate::{fingerprint::Fingerprint, lab::Lab, run, site::Site, traces::Traces, wait::until_ok};

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

/// Whoever votes only, or is never seen by clients, is a member like any other.
// promise: D1
#[test]
#[ignore = "needs the lab"]
fn an_arbiter_and_a_hidden_member_that_the_plan_forgot_end_the_run_with_78() {
    let lab = Lab::fresh(&["--server", "6.0", "--arbiter", "--hidden"]);
    let site = Site::new(&lab, "rs0.toml");
    site.edit_plan(|plan| {
        let (from, to) = (plan.find("[hosts.db2]").unwrap(), plan.find("[[steps]]").unwrap());
        format!("{}{}", &plan[..from], &plan[to..])
    });
    let before = Fingerprint::of(&lab);
    run::apply(&lab, &site).expect(78).says(&[
        "`db2.lab.test:27017` is a member of `rs0` and no host of the plan",
        "`db3.lab.test:27017` is a member of `rs0` and no host of the plan",
        "arbiters and hidden ones too",
        "nothing was touched on any host",
    ]);
    before.untouched(&lab, &ALL);
}

/// First its server has no set at all, then one of its own.
#[test]
#[ignore = "needs the lab"]
fn a_host_whose_server_is_no_member_of_the_set_ends_the_run_with_78() {
    let lab = Lab::fresh(&["--server", "6.0"]);
    let site = Site::new(&lab, "rs0.toml");
    let refused = |says: &[&str]| {
        let before = Fingerprint::of(&lab);
        let refused = run::apply(&lab, &site);
        refused.expect(78).says(says).says(&["nothing was touched on any host"]);
        assert!(refused.took.as_secs() < 30, "it was waited for: {:?}", refused.took);
        before.untouched(&lab, &ALL);
    };
    lab.shell(
        "db3",
        "sed -i '/^replication:/d; /replSetName:/d' /etc/mongod.conf; systemctl restart mongod",
    );
    lab.wait_until_up("db3");
    refused(&[
        "the server on `db3` is a member of no replica set: the server was not started as a member of a replica set",
        "take `db3` out of the plan",
    ]);
    lab.shell(
        "db3",
        "printf 'replication:\\n  replSetName: other\\n' >> /etc/mongod.conf
        systemctl stop mongod; find /var/lib/mongodb -mindepth 1 -delete; systemctl start mongod",
    );
    initiate_alone(&lab, "db3", "other");
    refused(&[
        "the server on `db3` goes by the name `db3.lab.test:27017`, which is a member of `rs0`, and says that its set is `other`",
        "`replication.replSetName`",
    ]);
}

fn initiate_alone(lab: &Lab, host: &str, set: &str) {
    let member = format!("{}:27017", lab.host(host).fqdn);
    let config = format!("{{_id: '{set}', members: [{{_id: 0, host: '{member}'}}]}}");
    let initiated = until_ok(Duration::from_secs(30), || {
        let asked = lab.mongosh(host, &["--eval", &format!("rs.initiate({config})")]).output();
        let said = asked.unwrap();
        said.status.success().then_some(()).ok_or(said)
    });
    initiated.unwrap_or_else(|said| panic!("{said:?}"));
    lab.wait_until_up(host);
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
