//! What a form of output has to be able to do.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{
    error::Exit,
    event::{Reader, Record},
};

/// A form of output: text or JSON lines.
pub(super) trait Output: Send {
    /// Something happened.
    fn record(&mut self, record: &Record);

    /// A person is asked something: nothing else may write to the terminal until [`Output::resume`].
    fn pause(&mut self);

    /// The answer is there.
    fn resume(&mut self);

    /// Leaves the terminal clean. The failure is one of writing to standard output.
    fn finish(&mut self, exit: Exit) -> Option<io::Error>;
}

/// The output as one reader of the stream among others.
#[derive(Clone)]
pub(super) struct Shared(pub(super) Arc<Mutex<Box<dyn Output>>>);

impl Reader for Shared {
    fn record(&mut self, record: &Record) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).record(record);
    }
}
