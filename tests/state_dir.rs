//! The journal as an operator meets it: where it is, what stands in its way, and what `status` tells.

#![expect(clippy::unwrap_used, reason = "a helper of tests fails the test")]

use std::{
    fs::{self, Permissions},
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use tlsplan::{
    engine::journal::{Came, Intent, Journal},
    event::{Begin, Recorder},
    journal::{Environment, RunJournal, Runs, StateDir},
    name::HostName,
};

mod program;

use program::Test;

const RUN: &str = "20261126T010000Z-0a1b2c3d";

/// A host that nobody is: every run ends with 69 once it is begun.
const PLAN: &str = "[hosts.db1]\naddress = \"127.0.0.1\"\nport = 1\n[[steps]]\n\
    tls_mode = \"allowTLS\"\n[mongodb.tls]\ncertificate_key_file = \"/s.pem\"\n";

fn test(arguments: &[&str]) -> (Test, PathBuf) {
    let test = Test::new(arguments).file("plan.toml", PLAN);
    let directory = test.command().get_current_dir().unwrap().to_owned();
    (test, directory)
}

fn runs(state: &Path) -> Runs {
    StateDir::find(Some(state), &Environment::default()).unwrap().make_runs().unwrap()
}

/// The journals in a state directory.
fn journals(state: &Path) -> Vec<String> {
    let runs = runs(state);
    let names = runs.newest_first().unwrap().into_iter();
    names.map(|run| fs::read_to_string(runs.journal(&run)).unwrap()).collect()
}

/// A run of the plan that was killed in the middle of a restart, after one that broke off.
fn killed_run(directory: &Path) -> PathBuf {
    let (runs, plan) = (runs(&directory.join("state")), directory.join("plan.toml"));
    let journal = {
        let (begin, recorder) = (Begin::here("plan", &plan), Arc::new(Recorder::default()));
        RunJournal::create(&runs, RUN, &begin, &recorder).unwrap()
    };
    let db1 = HostName::new("db1");
    for (act, came) in [
        ("write", Some(Came::Done)),
        ("step down", Some(Came::Unknown("the connection broke".to_owned()))),
        ("restart", None),
    ] {
        let intent = Intent { host: Some(&db1), act, detail: String::new() };
        let ticket = journal.intent(&intent).unwrap();
        if let Some(came) = came {
            journal.outcome(ticket, &came);
        }
    }
    runs.journal(RUN)
}

#[test]
fn a_run_leaves_its_journal_where_it_is_told_to() {
    for (arguments, place) in [
        (&["apply", "plan.toml", "--yes", "--state-dir", "state/"][..], "state"),
        (&["--state-dir", "state", "apply", "plan.toml"], "state"),
        (&["apply", "plan.toml"], "home/tlsplan"),
    ] {
        let (test, directory) = test(arguments);
        let (_, stderr, status) = test.run();
        assert_eq!(status, Some(69), "{stderr}");
        let journals = journals(&directory.join(place));
        let [journal] = &journals[..] else { panic!("{journals:?}") };
        let plan = directory.canonicalize().unwrap().join("plan.toml");
        let lines: Vec<_> = journal.lines().collect();
        assert!(lines[0].contains(&format!(r#""path":"{}""#, plan.display())), "{journal}");
        assert!(lines[1].contains(r#""event":"plan_loaded""#), "{journal}");
        assert!(
            lines[3].contains(r#""event":"run_ended","exit":69,"result":"stopped""#),
            "{journal}"
        );
        assert!(lines[2].contains(r#""event":"error","exit":69"#), "{journal}");
        assert_eq!(lines.len(), 4, "{journal}");
    }
}

#[test]
fn nobody_else_reads_it_whatever_the_umask_is() {
    let (test, directory) = test(&["apply", "plan.toml", "--state-dir", "state"]);
    let command = test.command();
    let mut shell = Command::new("sh");
    shell.args(["-c", "umask 0; exec \"$0\" \"$@\""]).arg(command.get_program());
    shell.args(command.get_args()).current_dir(&directory).env_clear();
    assert_eq!(shell.output().unwrap().status.code(), Some(69));
    let runs = runs(&directory.join("state"));
    let journal = runs.journal(&runs.newest_first().unwrap()[0]);
    let bits = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    let above: Vec<u32> = journal.ancestors().take(4).map(bits).collect();
    assert_eq!(above, [0o600, 0o700, 0o700, 0o700]);
}

#[test]
fn without_a_journal_nothing_is_begun() {
    let apply = ["apply", "plan.toml", "--state-dir", "state"];
    let (linked, directory) = test(&apply);
    symlink(".", directory.join("state")).unwrap();
    linked
        .stdout("")
        .stderr(
            "error: `state` is not a directory\n\
             hint: see what it is with `ls -ld state`; a link is not followed\n\
             hint: name the directory itself with `--state-dir DIR`\n\
             hint: nothing was touched on any host\n",
        )
        .exits(73);
    let (shared, directory) = test(&apply);
    fs::create_dir(directory.join("state")).unwrap();
    fs::set_permissions(directory.join("state"), Permissions::from_mode(0o770)).unwrap();
    shared
        .stderr(
            "error: others may write to `state` (mode 0770)\n\
             hint: look at what is in it, then `chmod go-w state`: whoever writes there could make \
             up what earlier runs did\nhint: nothing was touched on any host\n",
        )
        .exits(73);
    let (nowhere, _) = test(&["apply", "plan.toml", "--state-dir", "/proc/tlsplan"]);
    let (stdout, stderr, status) = nowhere.run();
    assert_eq!((stdout.as_str(), status), ("", Some(73)));
    assert!(stderr.starts_with("error: `/proc/tlsplan` cannot be made\n"), "{stderr}");
}

#[test]
fn status_tells_what_a_run_left_open_and_makes_nothing() {
    let (status, directory) = test(&["status", "plan.toml", "--state-dir", "state"]);
    let (_, stderr, code) = status.run();
    assert_eq!((stderr.as_str(), code), ("", Some(69)));
    assert!(!directory.join("state").exists());
    killed_run(&directory);
    let (stdout, stderr, code) = status.run();
    assert_eq!((stderr.as_str(), code), ("", Some(69)));
    let notes: Vec<_> = stdout.lines().filter(|line| line.starts_with("Left open ")).collect();
    let [stepped, restarted] = notes[..] else { panic!("{stdout}") };
    assert!(stepped.starts_with("Left open db1  step down, begun 20"), "{stepped}");
    assert!(stepped.contains(": the connection broke; the host itself says what became of it"));
    assert!(restarted.contains(": the run ended before its outcome; the host itself says"));
}

#[test]
fn a_damaged_journal_stops_a_run_and_is_told_by_status() {
    let told = format!(
        "error: the journal `state/runs/{RUN}/journal.jsonl` is damaged\n  caused by: line 2\n  \
         caused by: its checksum is not that of its text\n\
         hint: read it, then move it away: mv state/runs/{RUN} state/runs/{RUN}.damaged\n\
         hint: no host depends on it: only the history of that run is lost\n"
    );
    for (command, safe) in [("apply", "hint: nothing was touched on any host\n"), ("status", "")] {
        let (test, directory) = test(&[command, "plan.toml", "--state-dir", "state"]);
        let journal = killed_run(&directory);
        let lines = fs::read_to_string(&journal).unwrap();
        fs::write(&journal, lines.replacen("write", "wrote", 1)).unwrap();
        let (stdout, stderr, status) = test.run();
        assert_eq!((stderr, status), (format!("{told}{safe}"), Some(73)));
        assert_eq!(stdout.contains("db1"), command == "status", "{stdout}");
        assert_eq!(runs(&directory.join("state")).newest_first().unwrap(), [RUN]);
    }
}
