//! One cell of the matrix of faults and phases: a run that meets with a fault at a point, what it
//! ends with, and that the next run converges once the cause is mended.

use std::{fs, time::Duration};

use jiff::Timestamp;
use serde_json::Value;

use crate::{
    deadman::impatient,
    fingerprint::Fingerprint,
    hook::{self, Hook},
    lab::{Host, Lab},
    proof,
    run::{self, Finished},
    site::Site,
    traces::Traces,
    wait::until_ok,
};

/// The switch's time, and what the host needs to look at its member or to put it back.
const DECIDED: Duration = Duration::from_secs(60);
/// From a fault to the end of its run. A dead peer is known after 20 s; then the run asks until the
/// host's lease is over, 30 s after its last sign of life. Where members were changed side by side, the
/// others are proved as well, which has taken 55 s.
const LONGEST_END: Duration = Duration::from_secs(75);
/// A dead peer is known after so long: three keepalives of 5 s without an answer, and the next.
pub(crate) const KNOWN: Duration = Duration::from_secs(21);
/// How a run says that a host does not answer.
const SILENT: [&str; 4] = [
    "cannot be reached",
    "the connection was lost",
    "no reply",
    "has not confirmed this run's lease",
];

/// A plaintext set, and a controller that confirms within seconds.
pub(crate) struct Set {
    pub(crate) lab: Lab,
    pub(crate) site: Site,
    traces: Traces,
}

/// A run that met with a fault.
pub(crate) struct Met {
    pub(crate) run: Finished,
    /// The hosts before it.
    pub(crate) before: Fingerprint,
    /// From the fault to the first word of it, on standard output or in the journal.
    pub(crate) noticed: Duration,
}

impl Set {
    /// A pristine one.
    pub(crate) fn fresh() -> Self {
        let lab = Lab::fresh(&["--server", "6.0"]);
        let site = impatient(&lab);
        let traces = Traces::before(&lab);
        Self { lab, site, traces }
    }

    /// See [`Site::with_driver`].
    pub(crate) fn with_driver(self) -> Self {
        Self { site: self.site.with_driver(), ..self }
    }

    /// A run at whose point `deed` is done (see [`Hook::at`]); it must end with one of these codes.
    pub(crate) fn meets(&self, point: &str, deed: &str, exits: &[i32]) -> Met {
        let before = Fingerprint::of(&self.lab);
        let hook = Hook::at(&self.lab, &self.site, point, deed);
        let words = ["apply", "--yes", "--format", "json"];
        let mut command = run::command(&self.lab, &self.site, &words);
        command.env(hook.variable().0, hook.variable().1);
        let run = run::ended(command);
        let after =
            hook.ago().unwrap_or_else(|why| panic!("{why}\n{:?}\n{}", run.exit, run.words()));
        let noticed = self.first_word(&run, Timestamp::now() - after).unwrap_or(after);
        println!(
            "       Met  {point}: `{deed}`: noticed after {noticed:.1?}, exit {} after {after:.1?}",
            run.exit.unwrap_or(-1)
        );
        let exit = run.exit.unwrap_or(-1);
        assert!(exits.contains(&exit), "{point}: {exits:?} was expected: {}", run.words());
        assert!(after < LONGEST_END, "{point}: {after:?} to its end: {}", run.words());
        Met { run, before, noticed }
    }

    /// When silence was first spoken of, from this moment on.
    fn first_word(&self, run: &Finished, since: Timestamp) -> Option<Duration> {
        let runs = fs::read_dir(self.site.path("state/tlsplan/runs")).unwrap();
        let newest = runs.map(|run| run.unwrap().path()).max().unwrap();
        let journal = fs::read_to_string(newest.join("journal.jsonl")).unwrap();
        let lines = run.stdout.lines().chain(journal.lines());
        let silent = lines.filter(|line| SILENT.iter().any(|words| line.contains(words)));
        let times = silent.filter_map(|line| {
            let line: Value = serde_json::from_str(line).ok()?;
            let time = line.get("at").or_else(|| line.get("t"))?.as_str()?.parse::<Timestamp>();
            time.ok()?.duration_since(since).try_into().ok()
        });
        times.min()
    }

    /// As [`Set::meets`], with the fault there before the run begins: nothing may be touched.
    pub(crate) fn begins_with(&self, deed: &str, exits: &[i32]) -> Met {
        self.now(deed);
        let before = Fingerprint::of(&self.lab);
        let run = run::apply(&self.lab, &self.site);
        println!("       Met  `{deed}`: exit {:?} after {:.1?}", run.exit, run.took);
        let exit = run.exit.unwrap_or(-1);
        assert!(exits.contains(&exit), "{exits:?} was expected: {}", run.words());
        before.untouched(&self.lab, &["db1", "db2", "db3"]);
        let noticed = run.took;
        Met { run, before, noticed }
    }

    /// Does something to the hosts, by the same kind of text.
    pub(crate) fn now(&self, deed: &str) {
        hook::now(&self.lab, deed);
    }

    /// Waits until no host has a switch that is open, or a lease of a controller that went away.
    pub(crate) fn all_decided(&self) {
        let open = || {
            let open = "ls -d /var/lib/tlsplan/armed/* /var/lib/tlsplan/firing/* /run/tlsplan/owner 2>&- || :";
            let look = |host: &Host| self.lab.shell(&host.name, open);
            let left: String = self.lab.hosts.iter().map(look).collect();
            if left.is_empty() { Ok(()) } else { Err(left) }
        };
        until_ok(DECIDED, open).unwrap_or_else(|left| panic!("never decided: {left}"));
    }

    /// The same command again, with the cause mended, goes to the end, and nothing is left.
    // promise: C1, B6
    pub(crate) fn converges(self) {
        run::apply(&self.lab, &self.site).expect(0);
        proof::requires_tls(&self.lab, &self.site);
        self.traces.none_left(&self.lab);
    }
}

impl Met {
    /// Fails unless these hosts have the same service life and the same file as before the run.
    pub(crate) fn undisturbed(&self, set: &Set, hosts: &[&str]) -> &Self {
        for host in hosts {
            self.before.undisturbed(&set.lab, host);
        }
        self
    }

    /// Fails unless all of this was said.
    pub(crate) fn says(&self, all: &[&str]) -> &Self {
        self.run.says(all);
        self
    }
}
