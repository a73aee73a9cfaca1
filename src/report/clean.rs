//! The last defence between a host's text and the terminal.
//!
//! Texts from hosts have been cleaned where they came in. Nothing is printed on that promise alone:
//! every text is looked at again here, and the writer looks at every byte once more and lets nothing
//! through but line feeds and the colours that this program sets itself.

use std::{borrow::Cow, fmt::Write};

use crate::sanitise::is_harmless;

/// A text for one line: control, bidirectional and invisible characters are spelled out.
pub(super) fn text(text: &str) -> Cow<'_, str> {
    spell(text, |c| is_harmful(c) || c == '\n')
}

/// The same for several lines.
pub(super) fn lines(text: &str) -> Cow<'_, str> {
    spell(text, is_harmful)
}

/// A finished piece of output: as [`lines`], but colour sequences (`ESC [ … m`) pass.
pub(super) fn output(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_harmful) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\u{1b}') {
        let (before, sequence) = rest.split_at(at);
        clean.push_str(&lines(before));
        let length = colour(sequence).unwrap_or(0);
        let (kept, after) = sequence.split_at(length);
        clean.push_str(kept);
        rest = after;
        if kept.is_empty() {
            clean.push_str("\\u{1b}");
            rest = after.strip_prefix('\u{1b}').unwrap_or(after);
        }
    }
    clean.push_str(&lines(rest));
    Cow::Owned(clean)
}

/// The length of the colour sequence that a text begins with.
fn colour(text: &str) -> Option<usize> {
    let parameters = text.strip_prefix("\u{1b}[")?;
    let end = parameters.find(|c: char| !c.is_ascii_digit() && c != ';')?;
    parameters.get(end..)?.starts_with('m').then_some(2 + end + 1)
}

fn spell(text: &str, harmful: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.chars().any(&harmful) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        if harmful(c) {
            // Writing to a String cannot fail.
            let _ = write!(clean, "\\u{{{:x}}}", u32::from(c));
        } else {
            clean.push(c);
        }
    }
    Cow::Owned(clean)
}

/// Whether a character could move the cursor, reorder a line or hide in it.
fn is_harmful(c: char) -> bool {
    c != '\n' && !is_harmless(c)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_could_act_on_a_terminal_is_spelled_out() {
        for (raw, shown) in [
            ("plain ünï 字", "plain ünï 字"),
            ("\u{1b}]0;pwn\u{7}", "\\u{1b}]0;pwn\\u{7}"),
            ("real error\rOK", "real error\\u{d}OK"),
            ("\u{9b}2J", "\\u{9b}2J"),
            ("a\u{202e}b\u{200b}\u{feff}", "a\\u{202e}b\\u{200b}\\u{feff}"),
            ("a\n[ok] db2 done", "a\\u{a}[ok] db2 done"),
        ] {
            assert_eq!(text(raw), shown);
        }
    }

    #[test]
    fn only_colours_pass_the_writer() {
        for (raw, shown) in [
            ("\u{1b}[1m\u{1b}[32mok\u{1b}[0m\n", "\u{1b}[1m\u{1b}[32mok\u{1b}[0m\n"),
            ("\u{1b}[2J", "\\u{1b}[2J"),
            ("\u{1b}[?1049h", "\\u{1b}[?1049h"),
            ("\u{1b}", "\\u{1b}"),
            ("\u{1b}[3", "\\u{1b}[3"),
            ("\u{1b}\u{1b}[0mx\rlast", "\\u{1b}\u{1b}[0mx\\u{d}last"),
        ] {
            assert_eq!(output(raw), shown);
        }
    }

    proptest! {
        #[test]
        fn nothing_harmful_is_left(raw in any::<String>()) {
            let left = text(&raw).contains(|c| is_harmful(c) || c == '\n');
            prop_assert!(!left);
            prop_assert!(!lines(&raw).contains(is_harmful));
            let written = output(&raw);
            let left = written.contains(|c| is_harmful(c) && c != '\u{1b}');
            prop_assert!(!left);
        }
    }
}
