//! When each test of the lab is run. `make test` leaves out what is slow, and nothing may be left out by
//! an oversight: neither a test, nor a promise or a scenario whose only test is slow.

#![expect(clippy::panic, clippy::unwrap_used, reason = "helpers of tests may fail the test")]

use std::{collections::BTreeSet, fs, path::Path};

/// The modules that `make test` leaves out, and the targets that run them.
const SLOW: [(&str, &str); 2] = [("thorough", "lab-thorough"), ("sweep", "lab-sweep")];

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A test of the lab.
struct LabTest {
    file: String,
    name: String,
    /// `None` is a place directly in its file: `make test` runs it.
    module: Option<String>,
}

/// Every test in `tests/lab`, by the layout that rustfmt gives it.
fn lab_tests() -> Vec<LabTest> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lab");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let files = files.map(|name| format!("tests/lab/{}", name.to_str().unwrap()));
    files.flat_map(|file| tests_in(&file, &read(&file))).collect()
}

fn tests_in(file: &str, source: &str) -> Vec<LabTest> {
    let (mut tests, mut module) = (Vec::new(), None);
    let mut lines = source.lines();
    while let Some(line) = lines.next() {
        if let Some(name) = line.strip_prefix("mod ").and_then(|rest| rest.strip_suffix(" {")) {
            module = Some(name.to_owned());
        } else if line == "}" {
            module = None;
        }
        if line.trim() == "#[test]" {
            let ignored = lines.next().unwrap_or_default().trim();
            assert_eq!(ignored, "#[ignore = \"needs the lab\"]", "{file}: a test without the lab");
            let name = lines.next().and_then(|line| line.trim().strip_prefix("fn "));
            let name = name.and_then(|rest| rest.split_once('(')).unwrap().0.to_owned();
            let depth = line.len() - line.trim_start().len();
            assert_eq!(depth, if module.is_some() { 4 } else { 0 }, "{file}: {name} is nested");
            tests.push(LabTest { file: file.to_owned(), name, module: module.clone() });
        }
    }
    let attributes = source.matches("#[test]").count();
    assert_eq!(tests.len(), attributes, "{file}: a test is not recognized");
    tests
}

#[test]
fn each_test_of_the_lab_is_run_by_one_target() {
    let makefile = read("Makefile");
    let recipe = |target: &str| {
        let (_, rest) = makefile.split_once(&format!("\n{target}: ")).unwrap();
        rest.split("\n\n").next().unwrap().to_owned()
    };
    for (module, target) in SLOW {
        assert!(recipe("lab-test").contains(&format!(" --skip {module}::")), "{module}");
        assert!(recipe(target).ends_with(&format!(" {module}::")), "{target}");
        assert!(makefile.contains(&format!(" {target} ")), "{target} is no part of test-all");
    }
    let known: BTreeSet<_> = SLOW.iter().map(|(module, _)| *module).collect();
    for LabTest { file, name, module } in lab_tests() {
        if let Some(module) = module.as_deref() {
            assert!(known.contains(module), "{file}: no target runs {name}, it is in {module}");
        }
    }
}

/// The names of a file's tests that `make test` runs.
fn usual(tests: &[LabTest], file: &str) -> BTreeSet<String> {
    let usual = tests.iter().filter(|test| test.file == file && test.module.is_none());
    usual.map(|test| test.name.clone()).collect()
}

#[test]
fn make_test_tries_every_promise_and_every_scenario() {
    let tests = lab_tests();
    let design = read("docs/design.md");
    let (_, promises) = design.split_once("## Promises").unwrap();
    let promises = promises.split("\n## ").next().unwrap();
    let mut seen = 0;
    for row in promises.lines().filter(|line| line.starts_with("| ")) {
        for file in row.split('`').filter(|word| word.starts_with("tests/lab/")) {
            assert!(!usual(&tests, file).is_empty(), "make test runs nothing of {file}: {row}");
            seen += 1;
        }
    }
    assert!(seen > 4, "the table of promises names {seen} files of the lab");
    for row in read("docs/scenarios.md").lines().filter(|line| line.contains("`tests/lab/")) {
        let mut words = row.split('`').filter(|word| !word.contains(' ')).rev();
        let (name, file) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let is_usual = usual(&tests, file).contains(name);
        assert!(is_usual || !row.starts_with("| "), "make test does not run {name} of {file}");
    }
}
