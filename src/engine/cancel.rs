//! A wish to stop. The engine looks for it between two acts and while it waits for the next one;
//! what was begun is finished and proved first.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::Relaxed},
};

/// Shared by whoever may wish and the run that obeys.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Asks the run to stop.
    pub fn ask(&self) {
        self.0.store(true, Relaxed);
    }

    /// Whether it was asked.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        self.0.load(Relaxed)
    }
}
