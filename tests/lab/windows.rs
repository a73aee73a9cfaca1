//! Maintenance windows, as cron meets them: called now and then, with nobody there to look.
//!
//! The controller's wall clock is another one; its hosts keep theirs.

use std::process::Command;

use crate::{
    cell::Set,
    clock::Clock,
    cron::{self, one_line},
    fingerprint::Fingerprint,
    hook::Hook,
    lab::Lab,
    proof,
    run::{self, Finished},
    site::Site,
    upgrade::known,
    watch::Watch,
};

/// A restart may take a minute, 15 s of draining, two starts and a stop that hangs: 285 s.
const START: &str = "60s";
/// Longer than a restart's worst case by less than a slow start takes, and by more than the way to it.
const SHORT: &str = "4m55s";
/// So long does the slow member take to start.
const SLOW: &str = "sleep 14";

/// The controller's clock is another one than its hosts', which is no fault here.
fn with_window(site: &Site, open: &str, start_timeout: &str) {
    site.edit_plan(|plan| {
        let window = format!("[window]\ntime_zone = \"Europe/Berlin\"\nopen = [{open}]\n\n[waive]\nP5 = \"a clock of the tests\"\n\n[ssh]");
        let timeout = format!("[mongodb]\nstart_timeout = \"{start_timeout}\"");
        plan.replacen("[ssh]", &window, 1).replacen("[mongodb]", &timeout, 1)
    });
}

/// A call of cron's at this time of UTC.
fn call(lab: &Lab, site: &Site, clock: &Clock, at: &str) -> Finished {
    clock.set(&format!("@{at}"));
    let mut command = cron::apply(lab, site);
    clock.shown_to(&mut command);
    let ended = run::ended(command);
    println!("      Call  at {at}: exit {:?} after {:.1?}", ended.exit, ended.took);
    ended
}

/// Makes every start of a member take its time.
fn slow_to_start(lab: &Lab, host: &str) {
    let unit = "/etc/systemd/system/mongod.service.d";
    lab.shell(
        host,
        &format!(
            "mkdir -p {unit}; printf '[Service]\\nExecStartPre=/bin/{SLOW}\\n' > {unit}/slow.conf; systemctl daemon-reload"
        ),
    );
}

mod thorough {
    use super::*;

    /// promise: D3, A1, A3
    #[test]
    #[ignore = "needs the lab"]
    fn an_upgrade_goes_over_two_windows_by_the_calls_of_cron_alone() {
        let lab = Lab::fresh(&["--server", "6.0"]);
        let site = Site::new(&lab, "rs0.toml");
        let openings = format!(
            "{{ days = [\"sat\"], from = \"01:00\", for = \"{SHORT}\" }}, {{ days = [\"sun\"], from = \"01:00\", for = \"3h\" }}"
        );
        with_window(&site, &openings, START);
        slow_to_start(&lab, "db3");
        let clock = Clock::new(&site);
        let watch = Watch::start(&lab, &site);
        let before = Fingerprint::of(&lab);
        let closed = "the maintenance window of the plan is closed";
        one_line(call(&lab, &site, &clock, "2027-03-19 23:59:30").expect(75)).says(&[closed]);
        before.untouched(&lab, &["db1", "db2", "db3"]);
        let first = call(&lab, &site, &clock, "2027-03-20 00:00:00");
        one_line(first.expect(20)).says(&["may take 4m", "the maintenance window closes in 4m"]);
        before.untouched(&lab, &["db1", "db2"]);
        let file = std::fs::read_to_string(lab.host("db3").root.join("etc/mongod.conf")).unwrap();
        assert_eq!(proof::file_mode(&file).as_deref(), Some("allowTLS"));
        let between = Fingerprint::of(&lab);
        let late = call(&lab, &site, &clock, "2027-03-20 00:01:00");
        one_line(late.expect(75))
            .says(&["the maintenance window closes in", "nothing was touched"]);
        one_line(call(&lab, &site, &clock, "2027-03-20 12:00:00").expect(75)).says(&[closed]);
        between.untouched(&lab, &["db1", "db2", "db3"]);
        let second = call(&lab, &site, &clock, "2027-03-21 00:00:00");
        assert_eq!(second.expect(0).words().trim(), "");
        proof::requires_tls(&lab, &site);
        lab.shell("db3", "rm -r /etc/systemd/system/mongod.service.d; systemctl daemon-reload");
        watch.end(known(&lab, &site)).undisturbed().elections(1);
    }

    /// With starts that may take two hours nothing fits into three, so the time that is left is only told.
    // promise: D4
    #[test]
    #[ignore = "needs the lab"]
    fn three_hours_are_three_hours_in_the_nights_in_which_the_clocks_change() {
        let lab = Lab::fresh(&["--server", "6.0"]);
        let site = Site::new(&lab, "rs0.toml");
        with_window(&site, "{ from = \"01:00\", for = \"3h\" }", "2h");
        let (clock, before) = (Clock::new(&site), Fingerprint::of(&lab));
        let closed = "is closed";
        for (at, words) in [
            ("2027-03-27 23:59:30", closed),
            ("2027-03-28 00:00:05", "closes in 179m"),
            ("2027-03-28 02:58:30", "closes in 8"),
            ("2027-03-28 03:00:05", closed),
            ("2027-10-30 22:59:30", closed),
            ("2027-10-30 23:00:05", "closes in 179m"),
            ("2027-10-31 01:58:30", "closes in 8"),
            ("2027-10-31 02:00:05", closed),
        ] {
            one_line(call(&lab, &site, &clock, at).expect(75)).says(&[words]);
        }
        before.untouched(&lab, &["db1", "db2", "db3"]);
    }

    /// promise: D4
    #[test]
    #[ignore = "needs the lab"]
    fn a_clock_that_jumps_in_mid_restart_lets_it_come_to_its_end_and_nothing_more_begin() {
        let set = Set::fresh();
        let (lab, site) = (&set.lab, &set.site);
        with_window(site, "{ from = \"00:00\", for = \"24h\" }", START);
        let clock = Clock::new(site);
        for (host, jump) in [("db3", "+7200"), ("db2", "-7200")] {
            clock.set("+0");
            let before = Fingerprint::of(lab);
            let hook = Hook::at(lab, site, &format!("{host}.restart.after"), &clock.setting(jump));
            let mut command: Command = cron::apply(lab, site);
            clock.shown_to(&mut command);
            command.env(hook.variable().0, hook.variable().1);
            let stopped = run::ended(command);
            println!("    Jumped  {jump} after the restart of {host}: exit {:?}", stopped.exit);
            one_line(stopped.expect(20)).says(&["the clock of this machine was moved"]);
            before.undisturbed(lab, "db1");
            let armed = lab.shell(host, "ls /var/lib/tlsplan/armed");
            assert_eq!(armed, "", "it was not confirmed");
        }
        set.converges();
    }
}
