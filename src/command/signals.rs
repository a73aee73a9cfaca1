//! SIGINT, SIGTERM and SIGHUP during `apply`: before the first act they end the program at once,
//! afterwards the act in hand is finished and proved first.

use crate::engine::progress::Progress;
use std::{
    fs, process,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::{
    engine::cancel::Cancel,
    error::{Designed, Exit},
    event::{Event, Sink, Warning},
    report::Reporter,
    steps::tls_mode::URGENT,
};

/// A signal came before anything was begun.
#[derive(Debug, thiserror::Error)]
#[error("stopped by a signal before anything was begun")]
struct Interrupted;

impl Designed for Interrupted {
    fn exit(&self) -> Exit {
        Exit::Locked
    }

    fn hints(&self) -> Vec<String> {
        vec![Progress::Untouched.describe()]
    }
}

/// Stands between the signals and the run.
pub(super) struct Signals {
    /// What the run obeys.
    pub(super) cancel: Cancel,
    at_work: Arc<AtomicBool>,
}

impl Signals {
    /// Listens from now on. Where the system does not let us, a signal ends the program as ever.
    pub(super) fn listen(report: &Arc<Reporter>) -> Self {
        let signals = Self { cancel: Cancel::default(), at_work: Arc::default() };
        let hangup = (!is_ignored(SignalKind::hangup())).then(SignalKind::hangup);
        let kinds = [SignalKind::interrupt(), SignalKind::terminate()].into_iter().chain(hangup);
        for source in kinds.filter_map(|kind| signal(kind).ok()) {
            let (cancel, at_work) = (signals.cancel.clone(), Arc::clone(&signals.at_work));
            tokio::spawn(obey(source, cancel, at_work, Arc::clone(report)));
        }
        signals
    }

    /// Something may be half done until this is dropped.
    pub(super) fn at_work(&self) -> AtWork {
        self.begin();
        AtWork(Arc::clone(&self.at_work))
    }

    /// From here on something may be half done.
    pub(super) fn begin(&self) {
        self.at_work.store(true, Relaxed);
    }
}

/// A time in which a signal has to wait.
pub(super) struct AtWork(Arc<AtomicBool>);

impl Drop for AtWork {
    fn drop(&mut self) {
        self.0.store(false, Relaxed);
    }
}

/// Whether whoever started us wanted this signal ignored, as nohup does.
fn is_ignored(kind: SignalKind) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    mask >> (kind.as_raw_value() - 1) & 1 == 1
}

async fn obey(mut source: Signal, cancel: Cancel, at_work: Arc<AtomicBool>, report: Arc<Reporter>) {
    while source.recv().await.is_some() {
        if !at_work.load(Relaxed) {
            report.error(&Interrupted);
            process::exit(report.finish(Interrupted.exit()).code().into());
        }
        let again = cancel.is_asked();
        cancel.ask();
        let warning =
            if again { Warning::StopIsUrgent { after: URGENT } } else { Warning::StopRequested };
        report.emit(Event::Warning { host: None, warning });
    }
}
