//! A stream's beginning and end, with the middle thrown away.
//!
//! A host may send as much as it likes; we read all of it, because an unread stream stalls the
//! connection, and keep little of it.

use std::collections::VecDeque;

/// Bytes kept at either end.
pub const KEPT: usize = 64 * 1024;

/// The head and the tail of what a stream brought.
#[derive(Debug, Default)]
pub struct Capture {
    head: Vec<u8>,
    tail: VecDeque<u8>,
    total: u64,
}

impl Capture {
    /// Takes the next piece.
    pub fn push(&mut self, bytes: &[u8]) {
        self.total = self.total.saturating_add(bytes.len() as u64);
        let room = KEPT.saturating_sub(self.head.len()).min(bytes.len());
        let (head, rest) = bytes.split_at(room);
        self.head.extend_from_slice(head);
        self.tail.extend(rest);
        let surplus = self.tail.len().saturating_sub(KEPT);
        self.tail.drain(..surplus);
    }

    /// How many bytes came.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total
    }

    /// What was kept; a line in the middle says how much is missing.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let kept = (self.head.len() + self.tail.len()) as u64;
        let mut all = self.head.clone();
        if let missing @ 1.. = self.total.saturating_sub(kept) {
            all.extend_from_slice(format!("\n[{missing} bytes left out]\n").as_bytes());
        }
        all.extend(self.tail.iter());
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_stream_is_kept_whole() {
        let mut capture = Capture::default();
        capture.push(b"one ");
        capture.push(b"two");
        assert_eq!(capture.bytes(), b"one two");
    }

    #[test]
    fn a_long_stream_keeps_its_ends_and_says_how_much_is_missing() {
        let mut capture = Capture::default();
        for _ in 0..1000 {
            capture.push(&[b'x'; 1024]);
        }
        capture.push(b"the end");
        let kept = capture.bytes();
        assert!(kept.len() < 2 * KEPT + 100);
        assert!(kept.ends_with(b"the end"));
        let missing = 1000 * 1024 + 7 - 2 * KEPT;
        let text = String::from_utf8(kept).unwrap();
        assert!(text.contains(&format!("[{missing} bytes left out]")));
        assert_eq!(capture.total(), 1000 * 1024 + 7);
    }
}
