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

/// The host's new file cannot start.
fn hinder(lab: &Lab, host: &str) {
    refuse_to_start_where(lab, host, "grep -q allowTLS /etc/mongod.conf");
}

fn mend(lab: &Lab, host: &str) {
    let unit = "rm -r /etc/systemd/system/mongod.service.d; systemctl daemon-reload";
    lab.shell(host, unit);
}

/// The host went back by itself: the old file, and the member serves.
fn went_back(lab: &Lab, host: &str) {
    assert_eq!(decided(lab, host), "rolled-back");
    assert_eq!(file_of(lab.host(host)), std::fs::read_to_string(pristine(lab.host(host))).unwrap());
    lab.wait_until_up(host);
}

/// One upgrade whose run dies in each member's restart, and each host helps itself in its own way.
#[test]
#[ignore = "needs the lab"]
fn a_host_whose_run_died_in_its_restart_helps_itself() {
    let lab = Lab::fresh(&["--server", "6.0"]);
    let site = impatient(&lab).with_driver();
    let traces = Traces::before(&lab);
    without_power_it_comes_back_on_its_old_file(&lab, &site, "db3");
    let watch = Watch::start(&lab, &site);
    a_member_that_does_not_start_is_put_back(&lab, &site, "db2");
    a_healthy_member_is_left_alone(&lab, &site, "db1");
    run::apply(&lab, &site).expect(0);
    proof::requires_tls(&lab, &site);
    watch.end(known(&lab, &site)).undisturbed().elections(1);
    traces.none_left(&lab);
    changes_nothing(&lab, &site);
}

// promise: C2. The guard is there before the unit is.
fn without_power_it_comes_back_on_its_old_file(lab: &Lab, site: &Site, host: &str) {
    hinder(lab, host);
    dies_at(lab, site, &format!("{host}.restart.after"));
    lab.power_cut(host);
    lab.boot(host);
    went_back(lab, host);
    mend(lab, host);
}

// promise: C2, B4
fn a_member_that_does_not_start_is_put_back(lab: &Lab, site: &Site, host: &str) {
    hinder(lab, host);
    dies_at(lab, site, &format!("{host}.restart.after"));
    went_back(lab, host);
    mend(lab, host);
}

// promise: C5
fn a_healthy_member_is_left_alone(lab: &Lab, site: &Site, host: &str) {
    dies_at(lab, site, &format!("{host}.restart.after"));
    lab.wait_until_up(host);
    let before = Fingerprint::of(lab);
    assert_eq!(decided(lab, host), "unconfirmed-healthy");
    assert_eq!(before.on(host).unit, Fingerprint::of(lab).on(host).unit);
    assert!(file_of(lab.host(host)).contains("allowTLS"));
}

mod thorough {
    use super::*;

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
}
