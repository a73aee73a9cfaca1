//! Where a journal is stored. A file; in tests something that fails at the n-th line.

use std::{
    fs::File,
    io::{self, Write},
};

/// Takes whole lines, one after the other.
pub trait Storage: Send {
    /// Appends a line, with one write where the system takes it at once.
    fn append(&mut self, line: &[u8]) -> io::Result<()>;

    /// Returns when everything that was appended is on disk.
    fn sync(&mut self) -> io::Result<()>;
}

impl Storage for File {
    fn append(&mut self, line: &[u8]) -> io::Result<()> {
        self.write_all(line)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }
}
