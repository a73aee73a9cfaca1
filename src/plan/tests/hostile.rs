//! Files that are broken, hostile or no plan at all, and secrets where none should be.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use proptest::prelude::*;

use super::loading::{REST, complaints, load_text, shown};
use crate::{
    error::{Designed, Exit},
    plan::load,
};

#[test]
fn a_broken_file_is_told_before_anything_that_may_be_in_its_broken_part() {
    assert_eq!(complaints("hosts = { a = {}, ").len(), 1);
    let found = complaints("name = \"x\n[hosts.db1]\nport = 0\n");
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(found[0].starts_with("1:10 this is not TOML"));
    assert!(found[1].starts_with("3:8 `port` is out of range"));
}

#[test]
fn files_that_are_no_plan() {
    for (bytes, message, position) in [
        (&b""[..], "is empty", None),
        (b"\xef\xbb\xbf# only a comment\n\n", "is empty", None),
        (b"name = \"\xff\"", "the plan is not UTF-8", Some((1, 9))),
        (&vec![b' '; 1024 * 1024 + 1], "is larger than 1 MiB", None),
    ] {
        let problems = load_text(bytes).unwrap_err();
        let problem = problems.iter().next().unwrap();
        assert!(problem.message.contains(message), "{}", problem.message);
        assert_eq!((problem.position(), problems.count()), (position, 1));
        assert_eq!(problems.exit(), Exit::Plan);
    }
    for (path, message) in
        [("/", "`/` is a directory"), ("/nowhere/x", "`/nowhere/x` does not exist")]
    {
        let problems = load(Path::new(path)).unwrap_err();
        assert_eq!(problems.iter().next().unwrap().message, message);
    }
}

#[test]
fn a_secret_in_the_plan_is_never_shown() {
    for text in [
        "[mongodb]\nusername = \"x\"\npassword = \"hunter2\"\nport = 0\n",
        "[mongodb]\npasword = \"hunter2\"\n",
        "[ssh]\nbecome_password = \"hunter2\nuser = 1\n",
        "mongodb = { password = { value = \"hunter2\" } }\n",
        "mongodb = { password = [\"hunter2\"], port = 0 }\n",
        "[mongodb]\nusername = \"x\"\npassword = { env = \"hunter2!\" }\n",
        "[mongodb]\npassword = { env = \"hunter2!\", file = \"x\" }\n",
        "db_secret = 'hunter2'\n",
        "[mongodb]\n\"password\" = \"\"\"hunter2\"\"\"\n",
    ] {
        let problems = load_text(format!("{text}{REST}")).unwrap_err();
        let shown = format!("{} {problems:?}", shown(&problems));
        assert!(!shown.contains("hunter2"), "{text}\n{shown}");
    }
}

/// Pieces that make texts which get past the first stage.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "[hosts.a]\n",
        "[[steps]]\n",
        "tls_mode = ",
        "\"allowTLS\"",
        "\n",
        "[",
        "]",
        "{",
        "}",
        "=",
        ",",
        "hosts",
        "steps",
        "password = ",
        "\"",
        "'",
        "\"\"\"",
        "é",
        "\u{202e}",
        "\u{1b}",
        "\0",
        ".",
        "1",
        "nan",
        "-",
        "#",
        "[mongodb]\n",
        "vars",
        "template = ",
        "\"ca.pem\"",
        "\r\n",
        "9999-99-99",
        "a",
        "\u{feff}",
        "clients = ",
        "window",
        "groups = [\"g\"]\n",
        "\\u0000",
        "\t",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Err(problems) = load_text(&bytes) {
            prop_assert!(problems.count() > 0);
            prop_assert!(shown(&problems).lines().count() > 1);
        }
    }

    #[test]
    fn a_good_plan_with_one_slip_is_refused_or_still_a_plan(
        at in any::<prop::sample::Index>(), length in 0..4_usize, slip in "[\\[\\]{}=\",.a\n]{0,2}",
    ) {
        let good = "mongodb = { port = 1, tls = {} }\nhosts = { b = {} }\n\
                    [[steps]]\ntls_mode = \"allowTLS\"\ntimeout = \"1m\"\n";
        let start = at.index(good.len());
        let mut text = good.to_owned();
        text.replace_range(start..(start + length).min(good.len()), &slip);
        if let Ok(plan) = load_text(&text) {
            prop_assert!(toml::from_str::<toml::Table>(&text).is_ok(), "{:?}", text);
            prop_assert!(plan.hosts.len() == 1 && plan.steps.len() == 1, "{:?}", text);
        }
    }

    #[test]
    fn no_text_of_known_pieces_makes_it_panic_or_reaches_the_terminal_raw(text in pieces()) {
        let loaded = load_text(&text);
        if let Ok(plan) = &loaded {
            prop_assert!(toml::from_str::<toml::Table>(&text).is_ok(), "{:?}", text);
            prop_assert!(!plan.hosts.is_empty() && !plan.steps.is_empty(), "{:?}", text);
            prop_assert_eq!(plan.steps.len(), text.matches("[[steps]]").count(), "{:?}", text);
        }
        if let Err(problems) = loaded {
            prop_assert!(problems.count() > 0);
            let shown = shown(&problems);
            let raw = shown.chars().find(|char| char.is_control() && *char != '\n' || *char == '\u{202e}');
            prop_assert_eq!(raw, None, "{:?}", shown);
        }
    }
}

/// Each is as large as a plan may be; a limit is named, and none takes long.
#[test]
fn files_made_to_be_slow_are_refused_soon() {
    let size = 1024 * 1024 - 100;
    let filled = |piece: &str| piece.repeat(size / piece.len());
    let hosts: Vec<_> = (0..70_000).map(|number| format!("a{number}={{}}\n")).collect();
    let hosts = hosts.concat();
    for (text, expected) in [
        (format!("[hosts]\n{hosts}"), "the plan has 70000 hosts, 1000 is the most"),
        (filled("[[steps]]\nname=\"x\"\n"), "steps, 1000 is the most"),
        (filled("="), "this is not TOML"),
        (filled("p"), "this is not TOML"),
        (filled("pass=\"x\"\n"), "is given twice"),
        (filled("pass='''x'''="), "this is not TOML"),
        (format!("{}=1\n{REST}", "k".repeat(size - REST.len() - 9)), "unknown key"),
        (format!("[vars]\nx=\"{}\"\n", "x".repeat(size - 20)), "has no `hosts`"),
    ] {
        let start = Instant::now();
        let shown = shown(&load_text(&text).unwrap_err());
        assert!(shown.contains(expected), "{expected}: {}", shown.get(..300).unwrap_or(&shown));
        assert!(start.elapsed() < Duration::from_secs(20), "{expected}: {:?}", start.elapsed());
        assert!(shown.len() < 100_000, "{expected}: {}", shown.len());
    }
}

#[test]
fn nesting_without_end_is_refused() {
    for (open, rest) in [("[", ""), ("{a=", ""), ("a.", "b=1")] {
        let text = format!("vars = {}{rest}\n{REST}", open.repeat(100_000));
        let problems = load_text(text).unwrap_err();
        assert!(shown(&problems).len() < 100_000);
    }
}
