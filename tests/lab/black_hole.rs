//! A host that falls silent, or resets every connection, at each phase of a run. The database itself
//! is not cut off: its members go on replicating, and only the controller is left alone.
//!
//! What is measured is printed. A silent peer is known after 20 s at the latest; where something has
//! begun the host is asked again until its lease is over, 30 s after its last sign of life.

use crate::{
    cell::{KNOWN, Set},
    proof, run,
    upgrade::known,
    watch::Watch,
};

mod thorough {
    use super::*;

    /// promise: E1, E2, C5
    #[test]
    #[ignore = "needs the lab"]
    fn a_host_that_falls_silent_after_its_restart_decides_alone_and_ends_the_run_with_23() {
        let set = Set::fresh();
        let watch = Watch::start(&set.lab, &set.site);
        let met = set.meets("db3.restart.after", "lab cut db3", &[23]);
        assert!(met.noticed < KNOWN, "{:?}", met.noticed);
        met.undisturbed(&set, &["db1", "db2"]).says(&["helps itself", "run again"]);
        set.all_decided();
        set.now("lab heal db3");
        let (lab, site) = (&set.lab, &set.site);
        run::apply(lab, site).expect(0);
        proof::requires_tls(lab, site);
        watch.end(known(lab, site)).undisturbed().elections(1);
    }
}

mod sweep {
    use std::time::Duration;

    use super::*;

    /// A reset is an answer: three attempts to come in again are made without waiting for much.
    const RESET_IS_KNOWN: Duration = Duration::from_secs(10);

    /// A host that cannot be reached any more when a run comes to this point, and the exit codes with
    /// which that may end: the outcome of what was under way is known or it is not.
    struct Cell {
        host: &'static str,
        act: &'static str,
        exits: &'static [i32],
    }

    const fn cell(host: &'static str, act: &'static str, exits: &'static [i32]) -> Cell {
        Cell { host, act, exits }
    }

    /// In the order in which an upgrade comes to them, so that each run goes on from the one before.
    const CELLS: [Cell; 11] = [
        cell("db3", "arm.before", &[69]),
        cell("db3", "arm.after", &[69]),
        cell("db3", "restart.before", &[69]),
        cell("db3", "restart.after", &[23]),
        cell("db2", "settle.before", &[23]),
        cell("db1", "step_down.before", &[69, 23]),
        cell("db1", "settle.after", &[69]),
        cell("db3", "replace.before", &[69, 23]),
        cell("db2", "replace.after", &[69, 23]),
        cell("db3", "set_mode.before", &[69, 23]),
        cell("db2", "set_mode.after", &[69, 23]),
    ];

    fn at_every_phase(cells: &[Cell], how: &str, known: Duration) {
        let set = Set::fresh();
        for &Cell { host, act, exits } in cells {
            let point = format!("{host}.{act}");
            let met = set.meets(&point, &format!("lab cut {host}{how}"), exits);
            // A confirmation is asked for again, without a word, as long as the switch has time.
            let told = act != "settle.before";
            assert!(!told || met.noticed < known, "{point}: {:?}", met.noticed);
            if act.starts_with("arm") || act == "restart.before" {
                met.undisturbed(&set, &["db1", "db2", "db3"]);
            }
            set.all_decided();
            set.now(&format!("lab heal {host}"));
        }
        // Nobody tells a host that the peer of an idle connection is gone: its kernel finds out, after
        // two hours or what its sshd asks for. Here it does at once.
        for host in &set.lab.hosts {
            set.lab.shell(&host.name, "ss -K state established '( sport = :22 )' > /dev/null");
        }
        set.converges();
    }

    /// promise: E1, E2, E4, A5
    #[test]
    #[ignore = "needs the lab"]
    fn a_host_may_fall_silent_at_every_phase() {
        at_every_phase(&CELLS, "", KNOWN);
    }

    /// promise: E1, E4, A5
    #[test]
    #[ignore = "needs the lab"]
    fn a_host_may_reset_its_connections_at_every_phase() {
        at_every_phase(&CELLS, " --reset", RESET_IS_KNOWN);
    }
}
