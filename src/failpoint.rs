//! Failpoints: places at which a test build can be killed, as by a power cut.
//!
//! Without the feature `crashpoints` this module has only two empty functions. With it,
//! `TLSPLAN_CRASH_AT` is the name or the number of the point to die at, `TLSPLAN_CRASH_LOG` is a
//! file that gets the points passed and their times, and `TLSPLAN_TEST_HOOK` is a program that is
//! called with the name of each point, so that a fault can be injected at an exact moment.
//! `TLSPLAN_NO_CANARY` skips the canaries.

#[cfg(feature = "crashpoints")]
use std::{
    env, fs,
    io::Write as _,
    process::{self, Command},
    sync::atomic::{AtomicUsize, Ordering::SeqCst},
    thread,
    time::SystemTime,
};

/// A place between two things that have to happen together or be told apart afterwards.
#[cfg(not(feature = "crashpoints"))]
pub fn point(_host: &str, _name: &str) {}

/// Whether canaries are left out.
#[cfg(not(feature = "crashpoints"))]
#[must_use]
pub const fn without_canary() -> bool {
    false
}

/// A place between two things that have to happen together or be told apart afterwards.
#[cfg(feature = "crashpoints")]
pub fn point(host: &str, name: &str) {
    static PASSED: AtomicUsize = AtomicUsize::new(0);
    let number = PASSED.fetch_add(1, SeqCst) + 1;
    let name = format!("{host}.{name}");
    if let Some(log) = env::var_os("TLSPLAN_CRASH_LOG") {
        let log = fs::OpenOptions::new().append(true).create(true).open(log);
        let time = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_nanos();
        let _ =
            log.and_then(|mut log| log.write_all(format!("{time} {number} {name}\n").as_bytes()));
    }
    if let Some(hook) = env::var_os("TLSPLAN_TEST_HOOK") {
        let _ = Command::new(hook).arg(&name).status();
    }
    let Ok(wanted) = env::var("TLSPLAN_CRASH_AT") else { return };
    if wanted == name || wanted == number.to_string() {
        die();
    }
}

/// SIGKILL: nothing is flushed and no lock is released.
#[cfg(feature = "crashpoints")]
fn die() -> ! {
    let pid = process::id().to_string();
    loop {
        let _ = Command::new("kill").args(["-s", "KILL", &pid]).status();
        thread::yield_now();
    }
}

/// Whether canaries are left out.
#[cfg(feature = "crashpoints")]
#[must_use]
pub fn without_canary() -> bool {
    env::var_os("TLSPLAN_NO_CANARY").is_some()
}
