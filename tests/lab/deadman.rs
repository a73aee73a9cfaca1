//! The controller is gone in the middle of a restart: the host helps itself, and the next run goes on.

use std::time::Duration;

use crate::{
    fingerprint::Fingerprint,
    lab::{Host, Lab},
    proof,
    put_back::refuse_to_start_where,
    run::{self, Finished},
    site::Site,
    traces::Traces,
    upgrade::{changes_nothing, known, pristine},
    wait::until_ok,
    watch::Watch,
};

/// How long the hosts of these tests wait for a confirmation.
const CONFIRM_WITHIN: &str = "20s";
/// From the death of a run to the host's own decision, the member's start included.
const DECIDED: Duration = Duration::from_secs(50);

/// A plan whose hosts do not wait long for a confirmation.
pub(crate) fn impatient(lab: &Lab) -> Site {
    let site = Site::new(lab, "rs0.toml");
    let line = format!("[mongodb]\nconfirm_within = \"{CONFIRM_WITHIN}\"");
    site.edit_plan(|plan| plan.replacen("[mongodb]", &line, 1));
    site
}

/// A run that dies at this point.
pub(crate) fn dies_at(lab: &Lab, site: &Site, point: &str) -> Finished {
    let dead = run::apply_with(lab, site, &[("TLSPLAN_CRASH_AT", point)]);
    assert_eq!(dead.exit, None, "it did not die at {point}\n{}", dead.words());
    dead
}

/// Waits until the host has decided, and returns its word for it.
pub(crate) fn decided(lab: &Lab, host: &str) -> String {
    let state = lab.host(host).root.join("var/lib/tlsplan");
    let look = || {
        let open = ["armed", "firing"].map(|name| std::fs::read_dir(state.join(name)));
        if open.into_iter().flatten().flatten().next().is_some() {
            return Err("still open");
        }
        let past = std::fs::read_dir(state.join("past")).map_err(|_| "never armed")?;
        let mut names: Vec<_> =
            past.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        let last = names.pop().ok_or("nothing in the past")?;
        Ok(last.rsplit_once('.').unwrap().1.to_owned())
    };
    until_ok(DECIDED, look).unwrap_or_else(|why| panic!("{host} has not decided: {why}"))
}

pub(crate) fn file_of(host: &Host) -> String {
    std::fs::read_to_string(host.root.join("etc/mongod.conf")).unwrap()
}

/// promise: C2, B4
#[test]
#[ignore = "needs the lab"]
fn a_member_that_does_not_start_is_put_back_by_its_host_alone() {
    let lab = Lab::fresh(&["--server", "6.0"]);
    let site = impatient(&lab);
    refuse_to_start_where(&lab, "db3", "grep -q allowTLS /etc/mongod.conf");
    let watch = Watch::start(&lab, &site);
    dies_at(&lab, &site, "db3.restart.after");
    assert_eq!(decided(&lab, "db3"), "rolled-back");
    let db3 = lab.host("db3");
    assert_eq!(file_of(db3), std::fs::read_to_string(pristine(db3)).unwrap());
    lab.wait_until_up("db3");
    lab.shell("db3", "rm -r /etc/systemd/system/mongod.service.d; systemctl daemon-reload");
    run::apply(&lab, &site).expect(0);
    proof::requires_tls(&lab, &site);
    watch.end(known(&lab, &site)).undisturbed().elections(1);
}

/// promise: C5
#[test]
#[ignore = "needs the lab"]
fn a_healthy_member_is_left_alone_when_nobody_confirms_it() {
    let lab = Lab::fresh(&["--server", "6.0"]);
    let site = impatient(&lab);
    let watch = Watch::start(&lab, &site);
    dies_at(&lab, &site, "db3.restart.after");
    lab.wait_until_up("db3");
    let before = Fingerprint::of(&lab);
    assert_eq!(decided(&lab, "db3"), "unconfirmed-healthy");
    let now = Fingerprint::of(&lab);
    assert_eq!(before.on("db3").unit, now.on("db3").unit);
    assert!(file_of(lab.host("db3")).contains("allowTLS"));
    run::apply(&lab, &site).expect(0);
    proof::requires_tls(&lab, &site);
    watch.end(known(&lab, &site)).undisturbed().elections(1);
    changes_nothing(&lab, &site);
}

/// promise: C2. The guard is there before the unit is.
#[test]
#[ignore = "needs the lab"]
fn a_host_without_power_in_mid_restart_comes_back_on_its_old_file() {
    let lab = Lab::fresh(&["--server", "6.0"]);
    let site = impatient(&lab);
    let traces = Traces::before(&lab);
    refuse_to_start_where(&lab, "db3", "grep -q allowTLS /etc/mongod.conf");
    dies_at(&lab, &site, "db3.restart.after");
    lab.power_cut("db3");
    lab.boot("db3");
    assert_eq!(decided(&lab, "db3"), "rolled-back");
    let db3 = lab.host("db3");
    assert_eq!(file_of(db3), std::fs::read_to_string(pristine(db3)).unwrap());
    lab.wait_until_up("db3");
    lab.shell("db3", "rm -r /etc/systemd/system/mongod.service.d; systemctl daemon-reload");
    run::apply(&lab, &site).expect(0);
    proof::requires_tls(&lab, &site);
    traces.none_left(&lab);
}

/// The next run does not wait for the host: it brings what was left to its end, and says so.
#[test]
#[ignore = "needs the lab"]
fn a_run_after_a_dead_one_puts_the_member_back_and_ends_with_21() {
    let lab = Lab::fresh(&["--server", "6.0"]);
    let site = Site::new(&lab, "rs0.toml");
    refuse_to_start_where(&lab, "db3", "grep -q allowTLS /etc/mongod.conf");
    let watch = Watch::start(&lab, &site);
    dies_at(&lab, &site, "db3.restart.after");
    run::apply(&lab, &site).expect(21).says(&[
        "an earlier run was cut in a restart of `db3`",
        "`db3` was put back on its old configuration",
    ]);
    assert_eq!(decided(&lab, "db3"), "rolled-back");
    lab.shell("db3", "rm -r /etc/systemd/system/mongod.service.d; systemctl daemon-reload");
    run::apply(&lab, &site).expect(0);
    proof::requires_tls(&lab, &site);
    watch.end(known(&lab, &site)).undisturbed().elections(1);
}
