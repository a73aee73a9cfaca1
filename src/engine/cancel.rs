//! A wish to stop. The engine looks for it between two acts and while it waits for the next one;
//! what was begun is finished and proved first. Wished twice, it waits less long for that.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

/// Shared by whoever may wish and the run that obeys.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicUsize>);

impl Cancel {
    /// Asks the run to stop.
    pub fn ask(&self) {
        self.0.fetch_add(1, Relaxed);
    }

    /// Whether it was asked.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        self.0.load(Relaxed) > 0
    }

    /// Whether it was asked more than once.
    #[must_use]
    pub fn is_urgent(&self) -> bool {
        self.0.load(Relaxed) > 1
    }
}
