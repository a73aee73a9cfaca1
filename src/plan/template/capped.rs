//! A buffer that refuses to grow past a limit, so that a template's loops cannot fill the memory.

use std::io::{self, Write};

/// Collects what is written, up to a limit.
#[derive(Debug)]
pub(super) struct Capped {
    bytes: Vec<u8>,
    most: usize,
}

impl Capped {
    pub(super) fn new(most: usize) -> Self {
        Self { bytes: Vec::new(), most }
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

impl Write for Capped {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len().saturating_add(bytes.len()) > self.most {
            return Err(io::Error::new(
                io::ErrorKind::FileTooLarge,
                format!("it renders more than {} bytes", self.most),
            ));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
