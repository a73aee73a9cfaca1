//! A reporter that writes into memory.

#![expect(clippy::unwrap_used, reason = "a helper of tests fails the test")]

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use tlsplan::report::{Reporter, Settings};

/// What was written to one stream.
#[derive(Clone, Default)]
pub(crate) struct Captured(Arc<Mutex<Vec<u8>>>);

impl Captured {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A reporter with its standard output and its standard error.
pub(crate) fn reporter(
    settings: Settings,
    columns: Option<usize>,
) -> (Reporter, Captured, Captured) {
    let (out, err) = (Captured::default(), Captured::default());
    (Reporter::writing_to(settings, out.clone(), err.clone(), columns), out, err)
}
