//! `docs/events.md` against what is printed: every example is what the program says, every kind is
//! documented, and every line can be read back.

#![expect(clippy::unwrap_used, reason = "a helper of tests fails the test")]

use serde_json::Value;
use tlsplan::{
    event::{Event, Record, Sink},
    report::{
        Settings,
        settings::{Format, Verbosity},
    },
};

mod captured;
mod samples;

use captured::reporter;

fn json(verbosity: Verbosity) -> Settings {
    Settings { format: Format::Json, verbosity, ..Settings::default() }
}

/// Prints one of each.
fn printed(verbosity: Verbosity) -> String {
    let (report, out, err) = reporter(json(verbosity), None);
    for event in samples::all() {
        report.emit(event);
    }
    assert_eq!(err.text(), "");
    out.text()
}

/// The lines without what stands in each of them.
fn bare(text: &str) -> Vec<Value> {
    let values = text.lines().map(|line| {
        let mut value: Value = serde_json::from_str(line).unwrap();
        let fields = value.as_object_mut().unwrap();
        let at = fields.remove("at").unwrap();
        assert!(at.as_str().unwrap().ends_with('Z'), "{at}");
        assert_eq!(at.as_str().unwrap().len(), "2026-11-24T18:30:03.123Z".len(), "{at}");
        assert_eq!(fields.remove("v").unwrap(), 2);
        for field in ["run", "step", "machine", "instance"] {
            assert!(fields.remove(field).is_some(), "{field}");
        }
        fields.remove("text");
        value
    });
    values.collect()
}

fn page() -> &'static str {
    include_str!("../docs/events.md")
}

/// The examples of the page that are events.
fn documented() -> Vec<Value> {
    let blocks = page().split("```json\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let values = blocks.map(|block| serde_json::from_str(block).unwrap());
    values.filter(|value: &Value| value.get("v").is_none()).collect()
}

#[test]
fn every_example_is_what_is_printed() {
    let (printed, documented) = (bare(&printed(Verbosity::Normal)), documented());
    for (line, example) in printed.iter().zip(&documented) {
        assert_eq!(line, example, "\nis:\n{line}\n");
    }
    assert_eq!(printed.len(), documented.len());
}

#[test]
fn what_is_printed_is_read_back() {
    let text = printed(Verbosity::Normal);
    let records: Vec<Record> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let events: Vec<Event> = records.into_iter().map(|record| record.event).collect();
    assert_eq!(events, samples::all());
}

/// The names of all kinds of an event, a fact and so on, by what their types write.
fn kinds(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                found.push(name.clone());
                let is_kind =
                    ["event", "kind", "act", "reason", "result", "status", "severity", "outcome"];
                if let (true, Some(kind)) = (is_kind.contains(&name.as_str()), value.as_str())
                    && kind.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_')
                {
                    found.push(kind.to_owned());
                }
                kinds(value, found);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| kinds(value, found)),
        _ => {}
    }
}

#[test]
fn every_kind_and_every_field_is_on_the_page() {
    let mut found = Vec::new();
    let all = samples::all().into_iter().chain(samples::variants());
    for event in all {
        kinds(&serde_json::to_value(event).unwrap(), &mut found);
    }
    found.sort();
    found.dedup();
    for name in found {
        let is_there =
            page().contains(&format!("`{name}`")) || page().contains(&format!("\"{name}\""));
        assert!(is_there, "`{name}` is not on the page");
    }
}

#[test]
fn no_kind_on_the_page_is_made_up() {
    let mut known = Vec::new();
    for event in samples::all().into_iter().chain(samples::variants()) {
        kinds(&serde_json::to_value(event).unwrap(), &mut known);
    }
    let (_, tables) = page().split_once("## Kinds").unwrap();
    let (tables, _) = tables.split_once("\n## ").unwrap();
    let rows = tables.lines().filter(|line| line.starts_with("| `"));
    let mut count = 0;
    for row in rows {
        let is_ours = |name: &&str| name.chars().all(|it| it.is_ascii_lowercase() || it == '_');
        for name in row.split('`').skip(1).step_by(2).filter(is_ours) {
            assert!(known.iter().any(|it| it == name), "`{name}` is no kind and no field: {row}");
            count += 1;
        }
    }
    assert!(count > 40, "{count}");
}

#[test]
fn every_variant_can_be_read_back() {
    for event in samples::all().into_iter().chain(samples::variants()) {
        let text = serde_json::to_string(&event).unwrap();
        assert_eq!(serde_json::from_str::<Event>(&text).unwrap(), event, "{text}");
    }
}

#[test]
fn what_a_newer_version_prints_is_no_error() {
    let line = r#"{"event":"invented","machine":7,"x":{"y":[]}}"#;
    assert_eq!(serde_json::from_str::<Event>(line).unwrap(), Event::Unknown);
}

#[test]
fn quiet_leaves_the_error_and_the_end_that_is_none() {
    let lines = bare(&printed(Verbosity::Quiet));
    let kinds: Vec<_> = lines.iter().map(|line| line["event"].clone()).collect();
    assert_eq!(kinds, ["finished", "error"]);
}
