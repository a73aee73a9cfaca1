//! SIGKILL for the program at ten moments, and the same command again: it converges, and none of
//! the oracles sees anything.
//!
//! A moment is a number of lines of `--format json` and some milliseconds more, so that it falls
//! into a certain phase on a fast and on a slow machine. The milliseconds come from a seed that is
//! printed and can be given as `TLSPLAN_LAB_SEED`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::{
    lab::Lab,
    proof,
    run::{self, Moment},
    site::Site,
    upgrade::{changes_nothing, known},
    watch::Watch,
};

const LONGEST_DELAY: u64 = 400;

/// Kills one run after another on the same set, each at its moment, and lets the last one finish.
// promise: C1
fn killed_at(moments: &[&str]) {
    let lab = Lab::fresh(&["--server", "6.0"]);
    let site = Site::new(&lab, "rs0.toml");
    let watch = Watch::start(&lab, &site);
    let seed = seed();
    for (number, line) in moments.iter().enumerate() {
        let later = Duration::from_millis(mixed(seed, line, number) % LONGEST_DELAY);
        let killed = run::apply_and_kill(&lab, &site, &Moment { line, later });
        // What the run before had begun may have been finished by the host alone.
        assert!(matches!(killed.exit, None | Some(0)), "seed {seed}:\n{}", killed.words());
        let how = killed.exit.map_or("Killed", |_| "Done");
        println!("{how:>11}  after {:.1?}, {later:?} after {line}, seed {seed}", killed.took);
    }
    let last = run::apply(&lab, &site);
    assert_eq!(last.exit, Some(0), "seed {seed}, killed at {moments:?}:\n{}", last.words());
    proof::requires_tls(&lab, &site);
    let watched = watch.end(known(&lab, &site));
    watched.undisturbed();
    assert!(watched.availability.elections() <= 2, "{}", watched.availability);
    changes_nothing(&lab, &site);
}

pub(crate) fn seed() -> u64 {
    let given = std::env::var("TLSPLAN_LAB_SEED").ok().and_then(|seed| seed.parse().ok());
    given.unwrap_or_else(|| {
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() % 1_000_000
    })
}

/// A number that differs with each of these.
pub(crate) fn mixed(seed: u64, line: &str, number: usize) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    (seed, line, number).hash(&mut hasher);
    hasher.finish()
}

mod thorough {
    use super::*;

    #[test]
    #[ignore = "needs the lab"]
    fn killed_while_it_connects_and_while_canaries_run_it_converges() {
        killed_at(&["\"kind\":\"connecting\"", "starting a canary", "file_changed"]);
    }

    #[test]
    #[ignore = "needs the lab"]
    fn killed_between_a_restart_and_its_proof_it_converges() {
        killed_at(&["restarting mongod", "\"stepped_down\"", "\"restarted\""]);
    }

    #[test]
    #[ignore = "needs the lab"]
    fn killed_between_the_files_and_the_running_modes_it_converges() {
        killed_at(&["preferTLS\"}", "\"mode_changed\"", "requireTLS\"}", "to\":\"requireTLS\""]);
    }
}
