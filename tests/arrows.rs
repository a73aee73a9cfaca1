//! No import runs back up: the folders see each other as the table in docs/design.md says, and without circles.

#![expect(clippy::unwrap_used, reason = "a table that cannot be read is a failed test")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

type Arrows = BTreeMap<String, BTreeSet<String>>;

/// What the table allows.
fn allowed() -> Arrows {
    let page = fs::read_to_string("docs/design.md").unwrap();
    let (_, section) = page.split_once("## The folders").unwrap();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("/` |"));
    let rows = rows.map(|(folder, rest)| {
        let sees = rest.trim_end().trim_end_matches('|').rsplit('|').next().unwrap();
        (folder.to_owned(), sees.split_whitespace().map(str::to_owned).collect())
    });
    let mut table: Arrows = rows.collect();
    table.insert("cli".to_owned(), BTreeSet::from(["report".to_owned()]));
    table
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let is_test = path.to_string_lossy().contains("tests");
        if path.is_dir() && !is_test {
            sources(&path, found);
        } else if path.extension().is_some_and(|it| it == "rs") && !is_test {
            found.push(path);
        }
    }
}

/// The first words of what is taken from `crate::`, in a list of imports or by a path.
fn names(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for rest in text.split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            None => drop(found.insert(word(rest))),
            Some(list) => heads(list, &mut found),
        }
    }
    found
}

/// The heads of the items between this brace and the one that closes it.
fn heads(list: &str, found: &mut BTreeSet<String>) {
    let (mut depth, mut start) = (0, true);
    for (at, letter) in list.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => return,
            '}' => depth -= 1,
            ',' if depth == 0 => start = true,
            _ if start && !letter.is_whitespace() => {
                found.insert(word(&list[at..]));
                start = false;
            }
            _ => {}
        }
    }
}

fn word(text: &str) -> String {
    text.chars().take_while(|it| it.is_alphanumeric() || *it == '_').collect()
}

/// What a file says without its comments and its own tests.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let (code, _) = text.split_once("#[cfg(test)]\nmod tests {").unwrap_or((text.as_str(), ""));
    let lines = code.lines().map(|line| line.split_once("//").map_or(line, |(code, _)| code));
    lines.collect::<Vec<_>>().join("\n")
}

fn found() -> Arrows {
    let mut paths = Vec::new();
    sources(Path::new("src"), &mut paths);
    let mut arrows = Arrows::new();
    for path in paths {
        let inside = path.strip_prefix("src").unwrap();
        let own = word(&inside.to_string_lossy());
        if own == "lib" || own == "main" {
            continue;
        }
        let others = names(&code(&path)).into_iter().filter(|name| *name != own);
        arrows.entry(own.clone()).or_default().extend(others);
    }
    arrows.retain(|_, sees| !sees.is_empty());
    arrows
}

#[test]
fn the_folders_see_each_other_as_the_table_says() {
    let (allowed, found) = (allowed(), found());
    assert!(allowed.len() > 12, "the table of docs/design.md was not read");
    assert_eq!(found, allowed);
}

#[test]
fn no_circle_joins_two_folders() {
    let mut left = allowed();
    while !left.is_empty() {
        let names: BTreeSet<String> = left.keys().cloned().collect();
        let free = left.iter().find(|(_, sees)| sees.is_disjoint(&names)).map(|it| it.0.clone());
        let free = free.expect("a circle joins two folders");
        left.remove(&free);
    }
}

#[test]
fn an_import_is_read_in_all_its_forms() {
    let text = "use crate::{a::{B, c::D}, e, f::G};\nuse crate::h::I; crate::j::k();";
    let expected = ["a", "e", "f", "h", "j"].map(str::to_owned);
    assert_eq!(names(text), BTreeSet::from(expected));
}
