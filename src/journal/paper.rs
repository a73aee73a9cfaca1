//! What a journal is written on. A file; in tests something that fails at the n-th line.

use std::{
    fs::File,
    io::{self, Write},
};

/// Takes whole lines, one after the other.
pub trait Paper: Send {
    /// Appends a line, with one write where the system takes it at once.
    fn append(&mut self, line: &[u8]) -> io::Result<()>;

    /// Returns when everything that was appended is on disk.
    fn settle(&mut self) -> io::Result<()>;
}

impl Paper for File {
    fn append(&mut self, line: &[u8]) -> io::Result<()> {
        self.write_all(line)
    }

    fn settle(&mut self) -> io::Result<()> {
        self.sync_data()
    }
}
