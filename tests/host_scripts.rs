//! The scripts as texts: both shells take them, and shellcheck finds nothing.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use tlsplan::{
    host::{
        deadman::ProbeScript,
        script::{self as host, LEASE, Script},
    },
    instance::script::{self as instance, HEALTH_PROBE},
};

/// Name and text of everything that a host may be told to run.
fn all() -> impl Iterator<Item = (&'static str, String)> {
    let probe = ProbeScript { script: &HEALTH_PROBE, settings: Vec::new() };
    let scripts = calls().chain([&LEASE]).map(|script| (script.name, script.text.to_owned()));
    scripts.chain([("auto_revert.sh", probe.with_auto_revert())])
}

fn calls() -> impl Iterator<Item = &'static Script> {
    host::ALL.iter().chain(instance::ALL)
}

#[test]
fn both_shells_can_read_every_script() {
    for (name, text) in all() {
        for shell in ["dash", "bash"] {
            let read = Command::new(shell).args(["-n", "-c", &text]).status().unwrap();
            assert!(read.success(), "{name} in {shell}");
        }
    }
}

#[test]
fn shellcheck_finds_nothing() {
    for (name, text) in all() {
        let Ok(mut shellcheck) = Command::new("shellcheck")
            .args(["--shell=sh", "--enable=all", "--exclude=SC2250,SC2310,SC2312,SC2292", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
        else {
            return;
        };
        shellcheck.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        let found = shellcheck.wait_with_output().unwrap();
        assert!(found.status.success(), "{name}:\n{}", String::from_utf8_lossy(&found.stdout));
    }
}

#[test]
fn every_script_says_that_it_is_done() {
    for script in calls() {
        assert!(script.text.contains("finish\n"), "{}", script.name);
    }
}
