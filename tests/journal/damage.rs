//! Promise C7: a journal that is cut off at any byte, and one with any byte changed.

use tlsplan::{
    error::Exit,
    event::{Event, Sink},
    journal::{Line, RunSummary},
};

use crate::memory::{End, Memory, open, play, read, said};

/// A journal with everything in it.
fn whole() -> (Vec<u8>, Vec<Line>) {
    let memory = Memory::default();
    play(&memory.journal());
    let bytes = memory.bytes();
    let (lines, end) = read(&bytes);
    assert!(matches!(end, End::Whole), "{end:?}");
    (bytes, lines)
}

/// Where each line ends, its line feed included.
fn ends(bytes: &[u8]) -> Vec<usize> {
    let all = bytes.iter().enumerate();
    all.filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1).collect()
}

/// A reader believes a beginning of what was written, and says of its acts what that beginning says.
fn believes(bytes: &[u8], written: &[Line]) -> (usize, End) {
    let (taken, end) = read(bytes);
    assert!(written.starts_with(&taken), "lines that were never written");
    match RunSummary::read(bytes, |_| true) {
        Ok(Some(summary)) => assert_eq!(said(&summary.open), open(&taken)),
        Ok(None) => assert!(taken.is_empty()),
        Err(_) => assert!(matches!(end, End::Damaged(_)), "{end:?}"),
    }
    (taken.len(), end)
}

#[test]
fn cut_off_at_any_byte_it_is_torn_or_whole_and_never_damaged() {
    let (bytes, written) = whole();
    let ends = ends(&bytes);
    for cut in 0..=bytes.len() {
        let (taken, end) = believes(&bytes[..cut], &written);
        assert_eq!(taken, ends.iter().filter(|end| **end <= cut).count(), "cut at {cut}");
        let at_an_end = cut == 0 || ends.contains(&cut);
        match end {
            End::Whole => assert!(at_an_end, "cut at {cut}"),
            End::Torn => assert!(!at_an_end, "cut at {cut}"),
            End::Damaged(damage) => panic!("cut at {cut}: {damage}"),
        }
    }
}

#[test]
fn with_any_byte_changed_it_is_damaged_there_or_torn_at_its_end() {
    let (bytes, written) = whole();
    let ends = ends(&bytes);
    for at in 0..bytes.len() {
        for mask in [0x01, 0x10, 0x20, 0x80, bytes[at] ^ b'\n'] {
            if mask == 0 {
                continue;
            }
            let mut changed = bytes.clone();
            changed[at] ^= mask;
            let line = ends.iter().position(|end| at < *end).unwrap();
            let (taken, end) = believes(&changed, &written);
            assert_eq!(taken, line, "byte {at} ^ {mask:#x}");
            // The rest of the file is one line: the last one, or the last two without what parts them.
            let rest = &changed[ends.get(line.wrapping_sub(1)).copied().unwrap_or(0)..];
            let is_last = !rest[..rest.len() - 1].contains(&b'\n');
            match end {
                End::Torn => assert!(is_last, "byte {at} ^ {mask:#x}"),
                End::Damaged(damage) => {
                    assert!(!is_last, "byte {at} ^ {mask:#x}: {damage}");
                    assert_eq!(damage.line, line as u64 + 1);
                }
                End::Whole => panic!("byte {at} ^ {mask:#x} is not noticed"),
            }
        }
    }
}

#[test]
fn lines_that_are_lost_twice_there_or_in_another_order_are_damage() {
    let (bytes, written) = whole();
    let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    for at in 0..lines.len() - 1 {
        let (mut lost, mut twice, mut swapped) = (lines.clone(), lines.clone(), lines.clone());
        lost.remove(at);
        twice.insert(at, lines[at]);
        swapped.swap(at, at + 1);
        for (what, wrong) in [("lost", lost), ("twice", twice), ("swapped", swapped)] {
            let (_, end) = believes(&wrong.concat(), &written);
            assert!(matches!(end, End::Damaged(_)), "line {at} {what}: {end:?}");
        }
    }
}

#[test]
fn a_good_line_of_another_journal_is_damage() {
    let (bytes, _) = whole();
    let other = Memory::default();
    let took = std::time::Duration::ZERO;
    other.journal().emit(Event::Finished { exit: Exit::Converged, changed: 0, took });
    let mut lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    let strange = other.bytes();
    lines[1] = strange.split_inclusive(|byte| *byte == b'\n').nth(1).unwrap();
    let (_, end) = read(&lines.concat());
    assert!(matches!(end, End::Damaged(_)), "{end:?}");
}

#[test]
fn an_end_of_zeros_as_a_power_failure_leaves_it_is_torn() {
    let (bytes, written) = whole();
    for zeros in [1, 512, 4096] {
        let mut longer = bytes.clone();
        longer.resize(bytes.len() + zeros, 0);
        let (taken, end) = believes(&longer, &written);
        assert!(matches!(end, End::Torn), "{end:?}");
        assert_eq!(taken, written.len());
    }
}

#[test]
fn a_line_without_an_end_is_not_read_for_ever() {
    let (mut bytes, written) = whole();
    bytes.resize(bytes.len() + 1_000_000, b'x');
    let (taken, end) = believes(&bytes, &written);
    assert!(matches!(end, End::Damaged(_)), "{end:?}");
    assert_eq!(taken, written.len());
}
