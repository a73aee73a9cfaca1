//! A file's text with its name: what a problem is shown in.

use std::{ops::Range, path::PathBuf, sync::Arc};

/// A text and the path it was read from, as the user wrote it. Cloning is cheap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Where the text came from.
    pub path: PathBuf,
    /// The text, with secrets that were found in it masked.
    pub text: Arc<str>,
}

impl Source {
    /// Joins a path and its text.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>, text: impl Into<Arc<str>>) -> Self {
        Self { path: path.into(), text: text.into() }
    }

    /// Line and column of a byte, both counted from 1; the column counts characters.
    #[must_use]
    pub fn position(&self, offset: usize) -> (usize, usize) {
        let before = self.text.get(..self.floor(offset)).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        (before.matches('\n').count() + 1, line.chars().count() + 1)
    }

    /// The byte at a line and column, both counted from 1; past the end of a line, its end.
    #[must_use]
    pub fn offset(&self, line: usize, column: usize) -> usize {
        let mut lines = self.text.split_inclusive('\n');
        let before: usize = lines.by_ref().take(line.saturating_sub(1)).map(str::len).sum();
        let line = lines.next().unwrap_or_default();
        let line = line.strip_suffix('\n').unwrap_or(line);
        let within = line.char_indices().nth(column.saturating_sub(1));
        before + within.map_or(line.len(), |(index, _)| index)
    }

    /// The range moved to character boundaries inside the text, so that slicing it cannot fail.
    #[must_use]
    pub fn fitted(&self, span: &Range<usize>) -> Range<usize> {
        let start = self.floor(span.start);
        start..self.floor(span.end).max(start)
    }

    /// The whole lines that a range touches, without the last line's end, and where they are.
    pub(crate) fn lines(&self, span: Range<usize>) -> (Range<usize>, &str) {
        let span = self.fitted(&span);
        let before = self.text.get(..span.start).unwrap_or_default();
        let after = self.text.get(span.end..).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let end = span.end + after.find('\n').unwrap_or(after.len());
        (start..end, self.text.get(start..end).unwrap_or_default())
    }

    fn floor(&self, offset: usize) -> usize {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_counts_lines_and_characters_from_one() {
        let source = Source::new("x", "ab\nü=1\n");
        for (offset, position) in [(0, (1, 1)), (2, (1, 3)), (3, (2, 1)), (5, (2, 2)), (99, (3, 1))]
        {
            assert_eq!(source.position(offset), position, "byte {offset}");
        }
    }

    #[test]
    fn an_offset_is_the_other_way_round() {
        let source = Source::new("x", "ab\nü=1\n");
        for offset in [0, 1, 2, 3, 5, 6, 7] {
            let (line, column) = source.position(offset);
            assert_eq!(source.offset(line, column), offset);
        }
        assert_eq!((source.offset(2, 9), source.offset(9, 1)), (7, 8));
    }

    #[test]
    fn the_lines_of_a_range_are_whole() {
        let source = Source::new("x", "ab\ncd\nef");
        for (span, lines) in [(0..1, "ab"), (4..4, "cd"), (1..4, "ab\ncd"), (8..99, "ef")] {
            assert_eq!(source.lines(span.clone()).1, lines, "{span:?}");
        }
    }

    #[test]
    fn a_range_is_moved_to_character_boundaries() {
        let source = Source::new("x", "aüb");
        assert_eq!(source.fitted(&(2..9)), 1..4);
    }
}
