//! A signal in the middle of a restart: what was begun is finished and proved, and the next run goes
//! on from there.

use std::time::Duration;

use crate::{lab::Lab, proof, run, site::Site, upgrade::known, wait::until_ok, watch::Watch};

/// A run comes to a member's file within this.
const SOON: Duration = Duration::from_secs(60);

/// Waits until a host's file holds this mode: the restart or the change of the mode is under way.
fn file_says(lab: &Lab, host: &str, mode: &str) {
    let file = lab.host(host).root.join("etc/mongod.conf");
    let look = || match std::fs::read_to_string(&file) {
        Ok(text) if text.contains(mode) => Ok(()),
        other => Err(format!("{other:?}")),
    };
    until_ok(SOON, look).unwrap_or_else(|last| panic!("{host} never got {mode}: {last}"));
}

// promise: C9
#[test]
#[ignore = "needs the lab"]
fn a_signal_lets_the_step_in_hand_come_to_its_end() {
    let lab = Lab::fresh(&["--server", "6.0"]);
    let site = Site::new(&lab, "rs0.toml").with_driver();
    let watch = Watch::start(&lab, &site);
    for (host, mode, signals) in [
        ("db3", "allowTLS", &["TERM"][..]),
        ("db2", "allowTLS", &["INT", "INT"]),
        ("db1", "preferTLS", &["HUP"]),
    ] {
        let running = run::begin(&lab, &site);
        file_says(&lab, host, mode);
        for signal in signals {
            running.signal(signal);
        }
        running.end().expect(20).says(&["stopped by a signal, with nothing half done"]);
        lab.hosts.iter().for_each(|host| lab.wait_until_up(&host.name));
    }
    run::apply(&lab, &site).expect(0);
    proof::requires_tls(&lab, &site);
    let seen = watch.end(known(&lab, &site));
    seen.undisturbed().elections(1);
}
