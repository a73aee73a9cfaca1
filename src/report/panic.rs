//! A panic is a bug of ours. It is reported like every error, says what is safe, and ends with 70.

use std::{
    io::Write,
    panic::{self, PanicHookInfo},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use super::reporter::Reporter;
use crate::error::{Designed, Exit};

static SEEN: AtomicBool = AtomicBool::new(false);
static DISARMED: AtomicBool = AtomicBool::new(false);

/// Reports every panic of this process from now on.
pub fn install(report: &Arc<Reporter>) {
    let report = Arc::clone(report);
    panic::set_hook(Box::new(move |info| {
        if DISARMED.load(Ordering::SeqCst) {
            return;
        }
        SEEN.store(true, Ordering::SeqCst);
        let bug = Bug::new(info);
        // It may be the printing itself that failed: the plain way, and no second panic.
        if report.error_now(&bug).is_none() {
            drop(writeln!(std::io::stderr(), "error: {bug}"));
        }
    }));
}

/// The command has ended and its outcome is known. Tasks of libraries that are torn down with the
/// runtime may still panic (the database driver's connection pool does now and then): nothing waits
/// for them any more, and their panics change nothing.
pub fn disarm() {
    DISARMED.store(true, Ordering::SeqCst);
}

/// The exit, unless a panic was seen on the way: a task's panic must not pass for a success.
#[must_use]
pub fn exit_code(exit: Exit) -> Exit {
    if SEEN.load(Ordering::SeqCst) { exit.worst(Exit::Bug) } else { exit }
}

/// A panic as an error.
///
/// Only a message that is a literal of the program is shown: one that was formatted may hold what a
/// panic text must never hold, as indexing into a secret prints the secret.
#[derive(Debug, thiserror::Error)]
#[error("tlsplan has a bug and stopped at `{place}`{message}")]
struct Bug {
    place: String,
    message: String,
}

impl Bug {
    fn new(info: &PanicHookInfo<'_>) -> Self {
        let place = info.location().map_or("an unknown place".into(), ToString::to_string);
        let literal = info.payload().downcast_ref::<&'static str>();
        let message = literal.map(|text| format!(": {text}")).unwrap_or_default();
        Self { place, message }
    }
}

impl Designed for Bug {
    fn exit(&self) -> Exit {
        Exit::Bug
    }

    fn hints(&self) -> Vec<String> {
        vec![
            "nothing is lost: the hosts themselves are the truth, not this program's memory".into(),
            "run `tlsplan status` with your plan to see where every host is, then the same command again"
                .into(),
            format!(
                "please report this with the line above and the version, {}",
                env!("CARGO_PKG_VERSION")
            ),
        ]
    }
}
