//! Reading a journal line by line, up to the first thing that is wrong with it.
//!
//! What is handed out is a beginning of what was written. A last line without its line feed, or one
//! that is no line, is what a crash in the middle of writing leaves: it is dropped, and that is said.
//! Anything else that is wrong is damage.

use std::io::{self, BufRead, Read};

use super::{
    checksum::Checksum,
    line::{LONGEST, Line},
    line_error::{Damage, LineError},
};

/// A journal that is being read.
pub struct Lines<R> {
    input: R,
    seq: u64,
    sum: Checksum,
}

/// What comes next in a journal.
#[derive(Debug)]
pub enum Next {
    /// A good line.
    Line(Box<Line>),
    /// The end.
    End,
    /// The end, after a line that was not written to its own end.
    Torn,
    /// Nothing from here on can be believed.
    Damaged(Damage),
}

impl<R: BufRead> Lines<R> {
    /// Reads from the beginning of a journal.
    pub fn new(input: R) -> Self {
        Self { input, seq: 0, sum: Checksum::none() }
    }

    /// The next line. The error is about reading, not about what is read.
    pub fn read(&mut self) -> io::Result<Next> {
        let mut bytes = Vec::new();
        let most = u64::try_from(LONGEST).unwrap_or(u64::MAX);
        self.input.by_ref().take(most).read_until(b'\n', &mut bytes)?;
        let is_last = self.input.fill_buf()?.is_empty();
        if bytes.is_empty() {
            return Ok(Next::End);
        }
        let Some(text) = bytes.strip_suffix(b"\n") else {
            // Either the end came first, or the line is longer than any.
            return Ok(if is_last { Next::Torn } else { self.damaged(LineError::NoLine) });
        };
        match Line::parse(text) {
            Err(error) if is_last && error.is_half_written() => Ok(Next::Torn),
            Err(error) => Ok(self.damaged(error)),
            Ok((line, sum)) => Ok(self.taken(line, sum)),
        }
    }

    fn taken(&mut self, line: Line, sum: Checksum) -> Next {
        if let Err(error) = line.follows(self.seq, &self.sum) {
            return self.damaged(error);
        }
        (self.seq, self.sum) = (line.link.seq, sum);
        Next::Line(Box::new(line))
    }

    /// Damage in the line after the last good one.
    fn damaged(&self, error: LineError) -> Next {
        Next::Damaged(Damage { line: self.seq + 1, error })
    }
}
