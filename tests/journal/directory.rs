//! Where the state lives, and whom it has to belong to.

use std::{
    ffi::OsString,
    fs::{self, Permissions},
    io::{self, Write},
    os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink},
    path::Path,
    sync::Arc,
};

use tlsplan::{
    error::{Designed, Exit},
    event::{Begin, Recorder},
    journal::{Environment, JournalError, RunJournal, StateDir},
    local_machine::effective_user,
};

use crate::memory::RUN;

fn named(path: &Path) -> StateDir {
    StateDir::find(Some(path), &Environment::default()).unwrap()
}

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().mode() & 0o7777
}

#[test]
fn the_place_is_an_option_or_the_environments() {
    let set = |text: &str| (!text.is_empty()).then(|| OsString::from(text));
    for (option, state_home, home, user, place) in [
        ("/x/", "/s", "/h", 0, "/x"),
        ("x/./y/", "/s", "/h", 0, "x/y"),
        ("", "/s", "/h", 1000, "/s/tlsplan"),
        ("", "relative", "/h", 1000, "/h/.local/state/tlsplan"),
        ("", "", "/h", 0, "/h/.local/state/tlsplan"),
        ("", "", "", 0, "/var/lib/tlsplan"),
        ("", "relative", "relative", 0, "/var/lib/tlsplan"),
    ] {
        let environment =
            Environment { state_home: set(state_home), home: set(home), user: Some(user) };
        let option = Some(Path::new(option)).filter(|path| !path.as_os_str().is_empty());
        let found = StateDir::find(option, &environment).unwrap();
        assert_eq!(found, named(Path::new(place)), "{option:?} {state_home} {home} {user}");
    }
    for user in [Some(1000), None] {
        let error = StateDir::find(None, &Environment { user, ..Environment::default() });
        assert!(matches!(error, Err(JournalError::NoPlace)), "{error:?}");
    }
}

#[test]
fn what_is_made_is_for_the_owner_alone() {
    let directory = tempfile::tempdir().unwrap();
    let state = directory.path().join("a/b/state");
    assert!(named(&state).runs().unwrap().is_none());
    assert!(!directory.path().join("a").exists(), "reading makes nothing");
    let runs = named(&state).make_runs().unwrap();
    let begin = Begin::here("rs0", Path::new("/plans/rs0.toml"));
    let _journal = RunJournal::create(&runs, RUN, &begin, &Arc::new(Recorder::default())).unwrap();
    for path in ["a", "a/b", "a/b/state", "a/b/state/runs"] {
        assert_eq!(mode(&directory.path().join(path)), 0o700, "{path}");
    }
    assert_eq!(mode(runs.journal(RUN).parent().unwrap()), 0o700);
    assert_eq!(mode(&runs.journal(RUN)), 0o600);
    assert!(named(&state).runs().unwrap().is_some());
}

#[test]
fn a_run_that_is_there_already_is_not_written_to() {
    let directory = tempfile::tempdir().unwrap();
    let runs = named(directory.path()).make_runs().unwrap();
    let begin = Begin::here("rs0", Path::new("/plans/rs0.toml"));
    let first = RunJournal::create(&runs, RUN, &begin, &Arc::new(Recorder::default())).unwrap();
    let before = fs::read(runs.journal(RUN)).unwrap();
    assert!(RunJournal::create(&runs, RUN, &begin, &Arc::new(Recorder::default())).is_err());
    assert_eq!(fs::read(runs.journal(RUN)).unwrap(), before);
    drop(first);
}

#[track_caller]
fn refused(path: &Path, words: &str, hint: &str) {
    for error in [named(path).make_runs().err(), named(path).runs().err()] {
        let error = error.unwrap();
        assert_eq!(error.exit(), Exit::State);
        assert!(error.to_string().contains(words), "{error}");
        assert!(error.hints().concat().contains(hint), "{:?}", error.hints());
    }
}

#[test]
fn a_directory_that_somebody_else_could_have_made_up_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    for (name, bits) in [("group", 0o770), ("others", 0o707), ("sticky", 0o1777)] {
        fs::create_dir(path(name)).unwrap();
        fs::set_permissions(path(name), Permissions::from_mode(bits)).unwrap();
        refused(&path(name), "others may write to", "chmod go-w ");
        fs::set_permissions(path(name), Permissions::from_mode(0o755)).unwrap();
        assert!(named(&path(name)).make_runs().is_ok());
    }
    symlink("group", path("link")).unwrap();
    refused(&path("link"), "is not a directory", "a link is not followed");
    refused(&path("link/"), "is not a directory", "--state-dir");
    symlink("nowhere", path("dangling")).unwrap();
    refused(&path("dangling"), "is not a directory", "--state-dir");
    fs::write(path("file"), "").unwrap();
    refused(&path("file"), "is not a directory", "--state-dir");
    // What is in it is held to the same.
    fs::set_permissions(path("others/runs"), Permissions::from_mode(0o777)).unwrap();
    refused(&path("others"), "others may write to", "chmod go-w ");
}

#[test]
fn a_directory_of_somebody_else_is_refused() {
    if effective_user() != Some(0) {
        writeln!(io::stderr(), "skipped: only root can give a directory away").unwrap();
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    chown(directory.path(), Some(65_534), None).unwrap();
    refused(directory.path(), "belongs to user 65534", "run tlsplan as that user");
}
