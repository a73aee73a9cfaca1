//! The options of a file as mongod counts them: dotted names, whatever the nesting.
//!
//! Measured on 6.0.5: nested and dotted keys may be mixed freely, `net: {}` is nothing, and one
//! option written both ways is refused as a duplicate.

use std::collections::BTreeMap;

use serde_json::Value;

use super::error::ConfigError;

/// Every option by its dotted name.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Options(BTreeMap<String, Value>);

impl Options {
    /// Flattens a parsed file, whose top level is a mapping or null.
    pub(super) fn from_value(file: &Value) -> Result<Self, ConfigError> {
        let mut options = Self::default();
        if !file.is_null() {
            options.add("", file)?;
        }
        Ok(options)
    }

    fn add(&mut self, path: &str, value: &Value) -> Result<(), ConfigError> {
        let Value::Object(entries) = value else {
            return match self.0.insert(path.to_owned(), value.clone()) {
                None => Ok(()),
                Some(_) => Err(ConfigError::Twice { key: path.to_owned() }),
            };
        };
        for (key, value) in entries {
            if path.is_empty() {
                self.add(key, value)?;
            } else {
                self.add(&format!("{path}.{key}"), value)?;
            }
        }
        Ok(())
    }

    /// An option's value; null counts as a value, as it does for mongod.
    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key)
    }

    /// An option's value as the text that mongod would take it for.
    pub(super) fn text(&self, key: &str) -> Option<String> {
        match self.get(key)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(bool) => Some(bool.to_string()),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// Whether a switch is on.
    pub(super) fn is_true(&self, key: &str) -> bool {
        self.text(key).is_some_and(|text| text == "true")
    }

    /// Every option, sorted by name.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// The names beneath `section`, without it: `mode` for `net.tls.mode`.
    pub(super) fn beneath<'a>(&'a self, section: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.keys().filter_map(move |key| key.strip_prefix(section)?.strip_prefix('.'))
    }

    /// Adds or replaces an option.
    pub(super) fn set(&mut self, key: String, value: Value) {
        self.0.insert(key, value);
    }

    /// Keeps the options whose names pass.
    pub(super) fn retain(&mut self, keep: impl Fn(&str) -> bool) {
        self.0.retain(|key, _| keep(key));
    }

    /// The names whose values differ between the two, sorted.
    pub(super) fn differing<'a>(&'a self, other: &'a Self) -> Vec<&'a str> {
        let mut keys: Vec<&str> = self.0.keys().chain(other.0.keys()).map(String::as_str).collect();
        keys.sort_unstable();
        keys.dedup();
        keys.retain(|key| self.get(key) != other.get(key));
        keys
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nested_and_dotted_keys_are_the_same_option() {
        let nested =
            Options::from_value(&json!({"net": {"tls": {"mode": "x"}, "port": 1}})).unwrap();
        for same in [
            json!({"net.tls.mode": "x", "net.port": 1}),
            json!({"net": {"tls.mode": "x"}, "net.port": 1, "storage": {}}),
        ] {
            assert_eq!(Options::from_value(&same).unwrap(), nested);
        }
    }

    #[test]
    fn an_option_written_both_ways_is_given_twice() {
        let twice = Options::from_value(&json!({"net": {"port": 1}, "net.port": 1}));
        assert_eq!(twice, Err(ConfigError::Twice { key: "net.port".into() }));
    }

    #[test]
    fn differing_names_what_was_added_changed_and_removed() {
        let old = Options::from_value(&json!({"a": 1, "b": 1, "c": 1})).unwrap();
        let new = Options::from_value(&json!({"a": 1, "b": 2, "d": 1})).unwrap();
        assert_eq!(old.differing(&new), ["b", "c", "d"]);
    }
}
