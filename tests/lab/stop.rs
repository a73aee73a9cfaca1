//! The end of a thread: told, or come because a test failed and dropped what it watched with.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Tells the threads that hold an [`Order`] to stop, at the latest when it is dropped. A thread that
/// outlived its test would write and ask on the hosts of the next.
pub(crate) struct Stop(Arc<AtomicBool>);

/// What a thread looks at.
pub(crate) struct Order(Arc<AtomicBool>);

impl Stop {
    /// Nobody is told yet.
    pub(crate) fn new() -> Self {
        Self(Arc::default())
    }

    /// For one thread.
    pub(crate) fn order(&self) -> Order {
        Order(self.0.clone())
    }

    /// Now.
    pub(crate) fn tell(&self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

impl Drop for Stop {
    fn drop(&mut self) {
        self.tell();
    }
}

impl Order {
    /// Whether it was given.
    pub(crate) fn given(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}
