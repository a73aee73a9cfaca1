//! The scripts as texts: both shells take them. shellcheck reads them in `scripts/lint`.

use std::process::Command;

use tlsplan::host::script::{LEASE, Script};

fn all() -> impl Iterator<Item = &'static Script> {
    Script::ALL.iter().chain([&LEASE])
}

#[test]
fn both_shells_can_read_every_script() {
    for script in all() {
        for shell in ["dash", "bash"] {
            let read = Command::new(shell).args(["-n", "-c", script.text]).status().unwrap();
            assert!(read.success(), "{} in {shell}", script.name);
        }
    }
}

#[test]
fn every_script_says_that_it_is_done() {
    for script in Script::ALL {
        assert!(script.text.contains("finish\n"), "{}", script.name);
    }
}
