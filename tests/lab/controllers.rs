//! Two controllers that start at about the same time: one works, the other waits a moment or is sent
//! away, and never do both hold a host.
//!
//! How far apart they start comes from a seed that is printed and can be given as `TLSPLAN_LAB_SEED`.

use std::{collections::BTreeMap, fs, ops::Range, path::Path, thread, time::Duration};

use crate::{
    cell::Set,
    crash::{mixed, seed},
    fingerprint::Fingerprint,
    proof,
    run::{self, Finished},
};

/// What only a run that has the hosts may do.
const ACTS: [&str; 5] = ["arm", "restart", "settle", "replace", "set_mode"];

/// One controller's run: how it ended, and the points it passed.
struct Controller {
    run: Finished,
    /// Time and name.
    points: Vec<(u128, String)>,
}

/// Starts two, the second so much later, and waits for both.
fn two(set: &Set, apart: Duration) -> [Controller; 2] {
    let logs = ["first.points", "second.points"].map(|name| set.site.path(name));
    let start = |log: &Path| {
        fs::remove_file(log).ok();
        let mut command = run::command(&set.lab, &set.site, &["apply", "--yes"]);
        // Two machines: they have nothing in common but the hosts.
        command.env("TLSPLAN_CRASH_LOG", log).env("XDG_STATE_HOME", log.with_extension("state"));
        run::start(command)
    };
    let first = start(&logs[0]);
    thread::sleep(apart);
    let second = start(&logs[1]);
    let ends = [first.end(), second.end()];
    let mut logs = logs.iter();
    ends.map(|run| Controller { run, points: points(logs.next().unwrap()) })
}

fn points(log: &Path) -> Vec<(u128, String)> {
    let text = fs::read_to_string(log).unwrap_or_default();
    let point = |line: &str| {
        let words: Vec<_> = line.split(' ').collect();
        (words[0].parse().unwrap(), words[2].to_owned())
    };
    text.lines().map(point).collect()
}

impl Controller {
    /// When it had each host; nothing for one that was sent away.
    fn held(&self) -> BTreeMap<&str, Range<u128>> {
        let at = |host: &str, act: &str| {
            let name = format!("{host}.{act}");
            self.points.iter().filter(|(_, point)| *point == name).map(|(time, _)| *time).max()
        };
        let hold = |host| Some((host, at(host, "lease.after")?..at(host, "release.before")?));
        if self.run.exit == Some(75) {
            return BTreeMap::new();
        }
        ["db1", "db2", "db3"].into_iter().filter_map(hold).collect()
    }

    fn acted(&self) -> bool {
        let act = |name: &str| ACTS.iter().any(|act| name.contains(&format!(".{act}.")));
        self.points.iter().any(|(_, name)| act(name))
    }
}

/// Judges a pair, and says whether one of them was sent away.
fn judge(pair: &[Controller; 2], words: &str) -> bool {
    let exits = pair.each_ref().map(|one| one.run.exit);
    let all = || pair.iter().map(|one| one.run.words()).collect::<String>();
    assert!(exits.contains(&Some(0)), "{words}: {exits:?}\n{}", all());
    assert!(exits.iter().all(|exit| matches!(exit, Some(0 | 75))), "{words}: {exits:?}\n{}", all());
    for loser in pair.iter().filter(|one| one.run.exit == Some(75)) {
        assert!(!loser.acted(), "{words}: {:?}", loser.points);
        loser.run.says(&["is held by another run", "nothing was touched on any host"]);
    }
    for (host, first) in pair[0].held() {
        if let Some(second) = pair[1].held().get(host) {
            let apart = first.end <= second.start || second.end <= first.start;
            assert!(apart, "{words}: both had {host}: {first:?} and {second:?}");
        }
    }
    exits.contains(&Some(75))
}

/// So many pairs, less than `longest` apart, on a set that is met already.
// promise: D1, C8
fn on_a_set_that_is_met(set: &Set, pairs: usize, longest: u64) {
    let (seed, before) = (seed(), Fingerprint::of(&set.lab));
    let mut away = 0;
    for number in 0..pairs {
        let apart = mixed(seed, "met", number) % longest;
        let words = format!("seed {seed}, pair {number}, {apart} ms apart");
        away += usize::from(judge(&two(set, Duration::from_millis(apart)), &words));
    }
    before.untouched(&set.lab, &["db1", "db2", "db3"]);
    println!("     Pairs  {pairs} on a set that is met, one sent away in {away}, seed {seed}");
}

/// One pair on a plaintext set: it is brought to the end once.
// promise: D1
fn on_a_plaintext_set(number: usize, longest: u64) -> Set {
    let (set, seed) = (Set::fresh(), seed());
    let apart = mixed(seed, "plaintext", number) % longest;
    let words = format!("seed {seed}, {apart} ms apart");
    let pair = two(&set, Duration::from_millis(apart));
    let away = judge(&pair, &words);
    assert!(away, "{words}: both went to the end");
    assert_eq!(pair.iter().filter(|one| one.acted()).count(), 1, "{words}");
    proof::requires_tls(&set.lab, &set.site);
    println!("      Pair  on a plaintext set, {words}, ended after {:.1?}", pair[0].run.took);
    set
}

mod thorough {
    use super::*;

    #[test]
    #[ignore = "needs the lab"]
    fn of_two_controllers_that_start_together_one_works_and_the_set_is_finished_once() {
        let set = on_a_plaintext_set(0, 500);
        on_a_set_that_is_met(&set, 8, 1500);
        set.converges();
    }
}

mod sweep {
    use super::*;

    /// promise: D1
    #[test]
    #[ignore = "needs the lab"]
    fn of_fifty_pairs_and_three_on_plaintext_sets_no_two_work_at_once() {
        for number in 1..3 {
            on_a_plaintext_set(number, 3000);
        }
        let set = on_a_plaintext_set(3, 3000);
        on_a_set_that_is_met(&set, 50, 2500);
        set.converges();
    }
}
