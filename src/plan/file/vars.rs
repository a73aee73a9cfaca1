//! Free variables: any TOML value, turned into the values that templates see.

use serde_json::{Map, Number, Value};
use toml::de::DeValue;

use crate::plan::{
    entry::{Entry, to_i64},
    message::quoted,
    template::Scope,
    violation::Violation,
};

/// Reads a table of variables.
pub(crate) fn read(entry: Entry<'_>) -> Option<Map<String, Value>> {
    let table = entry.table("`vars`")?;
    let mut vars = Map::new();
    for entry in table.entries() {
        if Scope::is_reserved(entry.key()) {
            let message = format!("a variable cannot be called {}", quoted(entry.key()));
            let violation = Violation::new(message, "templates have this name already");
            entry.diagnostics().report(entry.key_span(), violation.help("choose another name"));
        } else if let Some(value) = value(entry) {
            vars.insert(entry.key().to_owned(), value);
        }
    }
    Some(vars)
}

/// One value; its depth is bounded by the parser.
fn value(entry: Entry<'_>) -> Option<Value> {
    let number = |number: Option<Number>| {
        if number.is_none() {
            entry.report(Violation::new(
                "this number cannot be written into a file",
                "no such number",
            ));
        }
        number.map(Value::Number)
    };
    match entry.value() {
        DeValue::String(text) => string(entry, text),
        DeValue::Integer(integer) => number(to_i64(integer).map(Number::from)),
        DeValue::Float(float) => number(float.as_str().parse().ok().and_then(Number::from_f64)),
        DeValue::Boolean(boolean) => Some(Value::Bool(*boolean)),
        DeValue::Datetime(datetime) => Some(Value::String(datetime.to_string())),
        DeValue::Array(_) => {
            let elements = entry.list("values")?;
            Some(Value::Array(elements.into_iter().filter_map(value).collect()))
        }
        DeValue::Table(_) => {
            let table = entry.table(quoted(entry.key()))?;
            let named = |entry: Entry<'_>| Some((entry.key().to_owned(), value(entry)?));
            Some(Value::Object(table.entries().into_iter().filter_map(named).collect()))
        }
    }
}

fn string(entry: Entry<'_>, text: &str) -> Option<Value> {
    if text.contains('\0') {
        entry.report(Violation::new(
            "a variable cannot hold a NUL",
            "no configuration file can either",
        ));
        return None;
    }
    Some(Value::String(text.to_owned()))
}
