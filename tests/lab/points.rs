//! SIGKILL at every crash point of a restart: afterwards the member runs by itself, on the old or the new
//! file, and the same command goes on from there.
//!
//! All points take a quarter of an hour (`make lab-sweep`); `make lab-thorough` takes a few of them, others from
//! day to day. A point is named as in `TLSPLAN_CRASH_LOG`.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::{
    deadman::{decided, dies_at, file_of, impatient},
    lab::Lab,
    proof, run,
    site::Site,
    upgrade::{known, pristine},
    watch::Watch,
};

/// The points of one restart, in their order.
const POINTS: [&str; 17] = [
    "stop_sleep.before",
    "stop_sleep.after",
    "arm.intent",
    "arm.noted",
    "arm.before",
    "arm.after",
    "arm.done",
    "restart.intent",
    "restart.noted",
    "restart.before",
    "restart.after",
    "restart.done",
    "confirm.intent",
    "confirm.noted",
    "settle.before",
    "settle.after",
    "confirm.done",
];

/// From here on the host is armed, and before that nothing of it was changed.
const ARMED: usize = 5;
/// From here on nothing is armed any more.
const CONFIRMED: usize = 15;

/// Dies at one point of each member's restart, the primary's last, looks at what its host makes of it,
/// and lets the last run finish.
// promise: C1, C2
fn dies_in_three_restarts(points: [usize; 3]) {
    let lab = Lab::fresh(&["--server", "6.0"]);
    let site = impatient(&lab);
    let watch = Watch::start(&lab, &site);
    for (host, point) in ["db3", "db2", "db1"].into_iter().zip(points) {
        let name = format!("{host}.{}", POINTS[point]);
        let dead = dies_at(&lab, &site, &name);
        let word = if (ARMED..CONFIRMED).contains(&point) {
            decided(&lab, host)
        } else {
            "not armed".to_owned()
        };
        lab.wait_until_up(host);
        let file = file_of(lab.host(host));
        assert!(known(&lab, &site)(lab.host(host), &file), "{name}: {file}");
        println!("     Killed  at {name} after {:.1?}: {word}", dead.took);
    }
    run::apply(&lab, &site).expect(0);
    proof::requires_tls(&lab, &site);
    let seen = watch.end(known(&lab, &site));
    seen.undisturbed();
    assert!(seen.availability.elections() <= 2, "{}", seen.availability);
}

mod thorough {
    use super::*;

    /// Each day others, so that a week sees them all.
    fn of_the_day() -> [usize; 3] {
        let day = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() / 86_400;
        let day = usize::try_from(day).unwrap();
        [0, 6, 12].map(|offset| (day * 5 + offset) % POINTS.len())
    }

    #[test]
    #[ignore = "needs the lab"]
    fn a_sample_of_points() {
        dies_in_three_restarts(of_the_day());
    }
}

mod sweep {
    use super::*;
    use crate::put_back::refuse_to_start_where;

    #[test]
    #[ignore = "needs the lab"]
    fn every_point_of_a_secondarys_restart_and_a_sample_of_the_primarys() {
        for first in (0..POINTS.len()).step_by(2) {
            let second = (first + 1) % POINTS.len();
            dies_in_three_restarts([first, second, (first * 3 + 5) % POINTS.len()]);
        }
    }

    /// The points of a restart that fails, its way back included.
    const FAILING: [&str; 8] = [
        "restart.before",
        "restart.after",
        "restart.done",
        "put_back.intent",
        "put_back.noted",
        "settle.before",
        "settle.after",
        "put_back.done",
    ];

    fn pristine_again(lab: &Lab, name: &str) {
        let db3 = lab.host("db3");
        lab.wait_until_up("db3");
        let first = std::fs::read_to_string(pristine(db3)).unwrap();
        assert_eq!(file_of(db3), first, "{name}");
    }

    fn cannot_start(lab: &Lab, site: &Site, after: impl Fn(&Lab)) {
        refuse_to_start_where(lab, "db3", "grep -q allowTLS /etc/mongod.conf");
        for point in FAILING {
            let name = format!("db3.{point}");
            let environment = [("TLSPLAN_CRASH_AT", name.as_str()), ("TLSPLAN_NO_CANARY", "1")];
            let dead = run::apply_with(lab, site, &environment);
            assert_eq!(dead.exit, None, "it did not die at {name}\n{}", dead.words());
            after(lab);
            let word = decided(lab, "db3");
            pristine_again(lab, &name);
            println!("     Killed  at {name} after {:.1?}: {word}", dead.took);
        }
        lab.shell("db3", "rm -r /etc/systemd/system/mongod.service.d; systemctl daemon-reload");
        run::apply(lab, site).expect(0);
        proof::requires_tls(lab, site);
    }

    // promise: C2
    #[test]
    #[ignore = "needs the lab"]
    fn every_point_of_a_restart_that_fails() {
        let lab = Lab::fresh(&["--server", "6.0"]);
        let site = impatient(&lab);
        let watch = Watch::start(&lab, &site);
        cannot_start(&lab, &site, |_| {});
        watch.end(known(&lab, &site)).undisturbed();
    }

    // promise: C2
    #[test]
    #[ignore = "needs the lab"]
    fn every_point_of_a_restart_that_fails_with_a_power_cut_of_the_host() {
        let lab = Lab::fresh(&["--server", "6.0"]);
        let site = impatient(&lab);
        cannot_start(&lab, &site, |lab| {
            lab.power_cut("db3");
            lab.boot("db3");
        });
    }
}
