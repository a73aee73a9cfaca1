//! The scripts as texts: both shells take them, and shellcheck finds nothing.

use std::{
    io::Write,
    process::{Command, Stdio},
};

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
fn shellcheck_finds_nothing() {
    for script in all() {
        let Ok(mut shellcheck) = Command::new("shellcheck")
            .args(["--shell=sh", "--enable=all", "--exclude=SC2250,SC2310,SC2312,SC2292", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
        else {
            return;
        };
        shellcheck.stdin.take().unwrap().write_all(script.text.as_bytes()).unwrap();
        let found = shellcheck.wait_with_output().unwrap();
        assert!(
            found.status.success(),
            "{}:\n{}",
            script.name,
            String::from_utf8_lossy(&found.stdout)
        );
    }
}

#[test]
fn every_script_says_that_it_is_done() {
    for script in Script::ALL {
        assert!(script.text.contains("finish\n"), "{}", script.name);
    }
}
