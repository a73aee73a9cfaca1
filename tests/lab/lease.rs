//! One controller at a time, on real hosts: the second is sent away, a dead one lets go at once, and
//! one that was frozen for too long can do nothing when it wakes.

use std::time::Duration;

use crate::{
    fingerprint::Fingerprint,
    lab::Lab,
    proof,
    run::{self, Running},
    site::Site,
    traces::Traces,
    wait::until_ok,
};

/// Longer than a host keeps a lease whose controller is silent.
const SILENCE: Duration = Duration::from_secs(45);

/// The hosts on which a run is at work.
fn held(lab: &Lab) -> Vec<&str> {
    let names = lab.hosts.iter().map(|host| host.name.as_str());
    names.filter(|host| !lab.shell(host, "cat /run/tlsplan/owner || :").is_empty()).collect()
}

/// A run that has every host.
fn at_work(lab: &Lab, site: &Site) -> Running {
    let running = run::begin(lab, site);
    let all = || if held(lab).len() == 3 { Ok(()) } else { Err(held(lab)) };
    until_ok(Duration::from_secs(20), all).unwrap_or_else(|some| panic!("only {some:?} are held"));
    running
}

// promise: D1
#[test]
#[ignore = "needs the lab"]
fn a_second_controller_is_sent_away_and_a_dead_one_lets_go_at_once() {
    let lab = Lab::fresh(&["--server", "6.0"]);
    let site = Site::new(&lab, "rs0.toml").with_driver();
    let traces = Traces::before(&lab);
    let first = at_work(&lab, &site);
    let second = run::apply(&lab, &site);
    second.expect(75).says(&[
        "is held by another run",
        "plan `",
        "nothing was touched on any host",
    ]);
    first.signal("KILL");
    assert_eq!(first.end().exit, None);
    run::apply(&lab, &site).expect(0);
    proof::requires_tls(&lab, &site);
    traces.none_left(&lab);
}

mod thorough {
    use super::*;

    // promise: D2
    #[test]
    #[ignore = "needs the lab"]
    fn a_controller_that_was_frozen_past_its_lease_can_do_nothing() {
        let lab = Lab::fresh(&["--server", "6.0"]);
        let site = Site::new(&lab, "rs0.toml");
        let traces = Traces::before(&lab);
        let frozen = at_work(&lab, &site);
        frozen.signal("STOP");
        let free = || if held(&lab).is_empty() { Ok(()) } else { Err(held(&lab)) };
        until_ok(SILENCE, free).unwrap_or_else(|some| panic!("{some:?} are still held"));
        run::apply(&lab, &site).expect(0);
        let before = Fingerprint::of(&lab);
        frozen.signal("CONT");
        // 23 where it had asked for a restart and cannot see what became of it.
        let woken = frozen.end();
        assert!(matches!(woken.exit, Some(23 | 75)), "{}", woken.words());
        assert!(woken.took < SILENCE * 3, "it took {:?} to notice", woken.took);
        before.untouched(&lab, &["db1", "db2", "db3"]);
        proof::requires_tls(&lab, &site);
        traces.none_left(&lab);
    }
}
