//! The scripts as texts: both shells take them. shellcheck reads them in `scripts/lint`.

use std::process::Command;

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
fn every_script_says_that_it_is_done() {
    for script in calls() {
        assert!(script.text.contains("finish\n"), "{}", script.name);
    }
}
