//! Journals of format 1, as tlsplan wrote them before the records: they are read, and one that cannot be
//! read stops nothing.

use std::{fs, path::Path, sync::Arc};

use tlsplan::{
    error::Exit,
    event::{Begin, Recorder},
    host::digest::Digest,
    journal::{Environment, History, RunJournal, Runs, StateDir},
};

const PLAN: &str = "/plans/rs0.toml";
const RUN: &str = "20261101T010000Z-0a1b2c3d";

/// What each line says: its host, what it is, and its data.
const LINES: [(&str, &str, &str); 6] = [
    (
        "null",
        "note",
        r#"{"begin":{"plan":"rs0","path":"/plans/rs0.toml","user":"ops","machine":"jump1","pid":7,"tlsplan":"0.1.0"}}"#,
    ),
    ("null", "note", r#"{"event":"step_started","number":1,"of":1,"name":"accept TLS"}"#),
    ("\"db1\"", "intent", r#"{"act":"write","detail":""}"#),
    ("\"db1\"", "outcome", r#"{"of":3,"came":"done","why":null}"#),
    ("\"db2\"", "intent", r#"{"act":"restart","detail":"mongod"}"#),
    ("null", "note", r#"{"end":{"exit":23,"came":"stopped"}}"#),
];

fn sum(text: &str) -> String {
    Digest::from_content(text.as_bytes()).to_string().chars().take(16).collect()
}

/// A journal of format 1.
fn journal() -> String {
    let (mut text, mut prev) = (String::new(), "0".repeat(16));
    for (number, (host, ev, data)) in LINES.iter().enumerate() {
        let open = format!(
            r#"{{"v":1,"seq":{},"t":"2026-11-01T01:00:07.123Z","m":42,"boot":"b","run":"{RUN}","host":{host},"step":null,"ev":"{ev}","data":{data},"prev":"{prev}""#,
            number + 1
        );
        prev = sum(&open);
        text.extend([open.as_str(), ",\"sum\":\"", &prev, "\"}\n"]);
    }
    text
}

fn runs(state: &Path) -> Runs {
    StateDir::find(Some(state), &Environment::default()).unwrap().make_runs().unwrap()
}

/// A state directory with one run.
fn state(journal: &str) -> (tempfile::TempDir, Runs) {
    let directory = tempfile::tempdir().unwrap();
    let runs = runs(directory.path());
    fs::create_dir(runs.journal(RUN).parent().unwrap()).unwrap();
    fs::write(runs.journal(RUN), journal).unwrap();
    (directory, runs)
}

#[test]
fn what_an_old_run_left_open_is_told() {
    let (_directory, runs) = state(&journal());
    let history = History::of(&runs, Path::new(PLAN)).unwrap();
    let [open] = &history.open[..] else { panic!("{history:?}") };
    assert_eq!((open.number, open.what.as_str(), open.why.as_deref()), (5, "restart mongod", None));
    assert_eq!(open.host.as_ref().unwrap().as_str(), "db2");
    assert_eq!((open.run.as_str(), open.time.as_str()), (RUN, "2026-11-01T01:00:07.123Z"));
    assert!(history.skipped.is_empty() && history.torn.is_empty());
    let past = tlsplan::journal::past(&runs, Path::new(PLAN), 9);
    let [(run, begin, exit)] = &past[..] else { panic!("{past:?}") };
    assert_eq!((run.as_str(), begin.controller.as_str(), *exit), (RUN, "jump1", Some(23)));
}

#[test]
fn an_old_run_that_cannot_be_read_is_left_out_and_named() {
    for wrong in
        [journal().replacen("restart", "rostart", 1), journal().replacen("jump1", "jump2", 1)]
    {
        let (_directory, runs) = state(&wrong);
        let history = History::of(&runs, Path::new(PLAN)).unwrap();
        assert!(history.open.is_empty());
        let [(journal, damage)] = &history.skipped[..] else { panic!("{history:?}") };
        assert_eq!(journal, &runs.journal(RUN));
        assert!(damage.describe().ends_with("its checksum is not that of its text"));
        runs.prune(0);
        assert!(runs.journal(RUN).exists(), "nobody knows what it left open");
    }
}

#[test]
fn a_run_of_today_settles_what_an_old_one_left() {
    let (_directory, runs) = state(&journal());
    let (begin, recorder) = (Begin::here("rs0", Path::new(PLAN)), Arc::new(Recorder::default()));
    let today = "20261128T010000Z-0a1b2c3d";
    RunJournal::create(&runs, today, &begin, &recorder).unwrap().end(Exit::Converged);
    assert!(History::of(&runs, Path::new(PLAN)).unwrap().open.is_empty());
}
