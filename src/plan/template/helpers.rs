//! The helpers that write values as YAML: `{{yaml x}}` on one line, `{{yaml_block x indent=2}}` as
//! a block under a key.
//!
//! JSON is YAML, so a value is written as JSON; only some characters that JSON leaves alone have
//! to be escaped, because YAML takes them for line breaks or does not take them at all.

use handlebars::{
    Context, Handlebars, Helper, HelperResult, Output, RenderContext, RenderErrorReason,
};
use serde_json::Value;

/// Every helper there is: handlebars' own, and ours at the end.
pub(super) const HELPERS: [&str; 19] = [
    "if",
    "unless",
    "each",
    "with",
    "lookup",
    "raw",
    "log",
    "eq",
    "ne",
    "gt",
    "gte",
    "lt",
    "lte",
    "and",
    "or",
    "not",
    "len",
    "yaml",
    "yaml_block",
];

/// Words that YAML parsers of one age or another do not take for plain keys.
const NOT_PLAIN: [&str; 9] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];

pub(super) fn register(handlebars: &mut Handlebars<'_>) {
    handlebars.register_helper("yaml", Box::new(yaml));
    handlebars.register_helper("yaml_block", Box::new(yaml_block));
}

fn yaml(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    out.write(&inline(value(helper, "yaml")?))?;
    Ok(())
}

fn yaml_block(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let value = value(helper, "yaml_block")?;
    let indent = helper.hash_get("indent").map_or(Some(0), |indent| indent.value().as_u64());
    let indent = indent.and_then(|indent| usize::try_from(indent).ok()).filter(|n| *n <= 80);
    let indent = indent.ok_or_else(|| {
        RenderErrorReason::Other("`indent` of `yaml_block` is not a number up to 80".to_owned())
    })?;
    out.write(&block(value, indent))?;
    Ok(())
}

fn value<'h>(helper: &'h Helper<'_>, name: &'static str) -> Result<&'h Value, RenderErrorReason> {
    let parameter = helper.param(0).ok_or(RenderErrorReason::ParamNotFoundForIndex(name, 0))?;
    if parameter.is_value_missing() {
        return Err(RenderErrorReason::MissingVariable(parameter.relative_path().cloned()));
    }
    Ok(parameter.value())
}

/// A value on one line.
fn inline(value: &Value) -> String {
    let escaped = |character: char| match character {
        '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
            format!("\\u{:04x}", u32::from(character))
        }
        _ => character.to_string(),
    };
    value.to_string().chars().map(escaped).collect()
}

/// A mapping over as many lines as it needs, without the last newline: that is the template's own.
fn block(value: &Value, indent: usize) -> String {
    match value {
        Value::Object(entries) if !entries.is_empty() => {
            let lines: Vec<String> = entries
                .iter()
                .map(|(key, value)| match value {
                    Value::Object(inner) if !inner.is_empty() => {
                        format!("{:indent$}{}:\n{}", "", plain(key), block(value, indent + 2))
                    }
                    _ => format!("{:indent$}{}: {}", "", plain(key), inline(value)),
                })
                .collect();
            lines.join("\n")
        }
        _ => format!("{:indent$}{}", "", inline(value)),
    }
}

/// A key, quoted unless it is a plain word.
fn plain(key: &str) -> String {
    let word = key.starts_with(|first: char| first.is_ascii_alphabetic())
        && key.chars().all(|each| each.is_ascii_alphanumeric() || each == '_')
        && !NOT_PLAIN.contains(&key.to_ascii_lowercase().as_str());
    if word { key.to_owned() } else { inline(&Value::String(key.to_owned())) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Map, json};

    use super::*;
    use crate::cluster::config::ConfigFile;

    const NASTY: [&str; 40] = [
        "yes",
        "no",
        "null",
        "~",
        "0755",
        "1e3",
        "1.10",
        "",
        " lead",
        "trail ",
        "a: b",
        "# c",
        "- x",
        "@x",
        "`x",
        "%x",
        "!t",
        "&a",
        "*a",
        "{x}",
        "[x]",
        "a\nb",
        "a\tb",
        "\u{0}\u{1b}",
        "\u{85}\u{2028}\u{feff}",
        "'",
        "\"",
        "\\",
        "é😀",
        "2026-01-01",
        ".inf",
        "0x1F",
        "0o17",
        "1_000",
        "<<",
        "=",
        "\u{7f}",
        "\u{9f}\u{fffe}",
        "a\r\nb\r",
        "$(touch /tmp/x)",
    ];

    fn read(text: &str) -> Value {
        ConfigFile::parse(text).unwrap_or_else(|error| panic!("{text:?}: {error}")).value().clone()
    }

    #[test]
    fn nasty_strings_survive_the_round_trip() {
        for string in NASTY {
            let inline = format!("k: {}\n", inline(&json!(string)));
            assert_eq!(read(&inline), json!({"k": string}), "{inline:?}");
            let block = block(&json!({"k": string}), 2);
            assert_eq!(read(&block), json!({"k": string}), "{block:?}");
        }
    }

    #[test]
    fn a_block_stands_under_its_key() {
        let value = json!({"a": [1, "yes"], "b": {"c": true, "d": {}}, "yes": null, "x.y": 1});
        assert_eq!(
            block(&value, 2),
            "  a: [1,\"yes\"]\n  b:\n    c: true\n    d: {}\n  \"yes\": null\n  \"x.y\": 1"
        );
    }

    /// Any value a variable can hold, but floats, whose texts may differ, and keys with dots, which
    /// mongod reads as nesting.
    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
            "[yesnoYN~=<0-9._:#-]{0,5}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 16, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
                prop::collection::vec(("[a-zA-Z0-9_~]{0,4}|[^\\pC.]{1,3}", inner), 0..4)
                    .prop_map(|entries| Value::Object(Map::from_iter(entries))),
            ]
        })
    }

    proptest! {
        #[test]
        fn every_value_survives_the_round_trip(value in values()) {
            let expected = json!({"k": value});
            prop_assert_eq!(read(&format!("k: {}\n", inline(&value))), expected.clone());
            prop_assert_eq!(read(&block(&expected, 3)), expected);
        }
    }
}
