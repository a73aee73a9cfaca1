//! Text of a host made safe to show or store.
//!
//! As in OpenSSH's `utf8.c`: printable UTF-8 passes, everything else is written out as `\x1b` or
//! `\u{202e}`. So a host cannot move the cursor, set a title, turn the reading direction, or hide a
//! letter; it can only say ugly things.

use std::fmt::Write;

/// Columns kept of one line.
pub const LINE_WIDTH: usize = 1000;

/// Text of a host, made safe; line breaks stay, each line is cut at [`LINE_WIDTH`].
#[must_use]
pub fn sanitise(bytes: &[u8]) -> String {
    let lines: Vec<String> = bytes.split(|&byte| byte == b'\n').map(sanitise_line).collect();
    lines.join("\n")
}

/// Text of a host as one line: a line break is written out as `\n`, and the line is cut at
/// [`LINE_WIDTH`].
#[must_use]
pub fn sanitise_line(bytes: &[u8]) -> String {
    let mut line = Line::default();
    for chunk in bytes.utf8_chunks() {
        for letter in chunk.valid().chars() {
            line.letter(letter);
        }
        for byte in chunk.invalid() {
            line.escape(format_args!("\\x{byte:02x}"));
        }
        if line.full {
            break;
        }
    }
    line.text
}

#[derive(Default)]
struct Line {
    text: String,
    width: usize,
    full: bool,
}

impl Line {
    fn letter(&mut self, letter: char) {
        match letter {
            '\n' => self.escape(format_args!("\\n")),
            '\0'..='\x1f' | '\x7f' => self.escape(format_args!("\\x{:02x}", u32::from(letter))),
            _ if is_harmless(letter) => self.push(letter),
            _ => self.escape(format_args!("\\u{{{:x}}}", u32::from(letter))),
        }
    }

    fn escape(&mut self, escaped: std::fmt::Arguments<'_>) {
        let mut text = String::new();
        if write!(text, "{escaped}").is_ok() {
            text.chars().for_each(|letter| self.push(letter));
        }
    }

    fn push(&mut self, letter: char) {
        if self.full {
            return;
        }
        if self.width == LINE_WIDTH {
            self.text.push('…');
            self.full = true;
            return;
        }
        self.text.push(letter);
        self.width += 1;
    }
}

/// Whether a letter takes its own place on the line and does nothing else.
#[must_use]
pub fn is_harmless(letter: char) -> bool {
    !letter.is_control()
        && !matches!(u32::from(letter),
            0x00ad                       // soft hyphen
            | 0x0300..=0x036f            // combining marks: hundreds of them paint over other lines
            | 0x061c | 0x115f | 0x1160 | 0x17b4 | 0x17b5 | 0x180b..=0x180f
            | 0x1ab0..=0x1aff | 0x1dc0..=0x1dff | 0x20d0..=0x20ff
            | 0x200b..=0x200f            // zero width, direction marks
            | 0x2028..=0x202e            // separators, embeddings, overrides
            | 0x2060..=0x206f            // isolates and invisible operators
            | 0x3164 | 0xffa0
            | 0xe000..=0xf8ff            // private use
            | 0xfe00..=0xfe0f | 0xfe20..=0xfe2f | 0xfeff | 0xfff0..=0xfffb
            | 0xfffe | 0xffff
            | 0xe0000..=0x0010_ffff) // tags, variation selectors, private planes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_could_steer_a_terminal_is_written_out() {
        for (hostile, shown) in [
            (&b"\x1b]0;pwn\x07"[..], r"\x1b]0;pwn\x07"),
            (b"\x1b[2J\x1bc", r"\x1b[2J\x1bc"),
            (b"\x9b31m", r"\x9b31m"),
            ("\u{9b}31m".as_bytes(), r"\u{9b}31m"),
            (b"real error\rOK", r"real error\x0dOK"),
            (b"a\x08\x7f\x0b\x0c\0b", r"a\x08\x7f\x0b\x0c\x00b"),
            (b"\xff\xfe \xc0\xaf", r"\xff\xfe \xc0\xaf"),
            (b"\xed\xa0\x80", r"\xed\xa0\x80"),
            (
                "a\u{202e}b\u{2066}\u{200b}\u{feff}".as_bytes(),
                r"a\u{202e}b\u{2066}\u{200b}\u{feff}",
            ),
            ("e\u{301}".as_bytes(), r"e\u{301}"),
            ("grün 東京 ✓".as_bytes(), "grün 東京 ✓"),
        ] {
            assert_eq!(sanitise(hostile), shown);
        }
    }

    #[test]
    fn lines_stay_lines_unless_one_is_asked_for() {
        assert_eq!(sanitise(b"a\nb"), "a\nb");
        assert_eq!(sanitise_line(b"a\nb"), r"a\nb");
    }

    #[test]
    fn a_long_line_is_cut() {
        let shown = sanitise(&[b'x'; 5000]);
        assert_eq!(shown.chars().count(), LINE_WIDTH + 1);
        assert!(shown.ends_with('…'));
    }

    proptest! {
        #[test]
        fn nothing_but_harmless_letters_and_line_breaks_comes_out(bytes: Vec<u8>) {
            prop_assert!(sanitise(&bytes).chars().all(|letter| letter == '\n' || is_harmless(letter)));
        }
    }
}
