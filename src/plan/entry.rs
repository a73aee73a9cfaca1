//! One key of the plan file with its value: read as the type that is wanted, or reported.

use std::{ops::Range, time::Duration};

use toml::de::{DeInteger, DeString, DeValue};

use super::{
    diagnostics::Diagnostics,
    duration,
    message::{alternatives, did_you_mean, quoted},
    reader::Reader,
    violation::Violation,
};

/// A value and its place in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Spanned<T> {
    pub(crate) value: T,
    pub(crate) span: Range<usize>,
}

/// A key that was written: its place, and its value unless that was wrong.
pub(crate) type Written<T> = Spanned<Option<T>>;

/// A key and its value.
#[derive(Clone, Copy)]
pub(crate) struct Entry<'a> {
    diagnostics: &'a Diagnostics,
    key: &'a toml::Spanned<DeString<'a>>,
    value: &'a toml::Spanned<DeValue<'a>>,
}

impl<'a> Entry<'a> {
    pub(crate) fn new(
        diagnostics: &'a Diagnostics,
        key: &'a toml::Spanned<DeString<'a>>,
        value: &'a toml::Spanned<DeValue<'a>>,
    ) -> Self {
        Self { diagnostics, key, value }
    }

    pub(crate) fn key(&self) -> &'a str {
        self.key.get_ref()
    }

    pub(crate) fn key_span(&self) -> Range<usize> {
        self.key.span()
    }

    /// Where the value stands.
    pub(crate) fn span(&self) -> Range<usize> {
        self.value.span()
    }

    pub(crate) fn value(&self) -> &'a DeValue<'a> {
        self.value.get_ref()
    }

    pub(crate) fn diagnostics(&self) -> &'a Diagnostics {
        self.diagnostics
    }

    /// Reports a violation of the value.
    pub(crate) fn report(&self, violation: Violation) {
        self.diagnostics.report(self.span(), violation);
    }

    /// Reports a value of another type than the wanted one.
    pub(crate) fn wrong_type<T>(&self, wanted: &str) -> Option<T> {
        let message = format!("{} has to be {wanted}", quoted(self.key()));
        let violation = Violation::new(message, format!("this is {}", kind(self.value())));
        self.report(violation.maybe_help(self.better_spelling(wanted)));
        None
    }

    /// The same value in the type that was wanted, where that is a matter of quotes.
    fn better_spelling(&self, wanted: &str) -> Option<String> {
        let bare = match self.value() {
            DeValue::String(text) => {
                let number = wanted.contains("number") && text.parse::<i64>().is_ok();
                let boolean = wanted.contains("true") && matches!(text.as_ref(), "true" | "false");
                return (number || boolean)
                    .then(|| format!("write it without quotes: `{} = {text}`", self.key()));
            }
            DeValue::Integer(number) if wanted.contains("duration") => format!("{number}s"),
            DeValue::Integer(number) => number.to_string(),
            DeValue::Boolean(boolean) => boolean.to_string(),
            DeValue::Datetime(datetime) => datetime.to_string(),
            _ => return None,
        };
        let textual = wanted.contains("text") || wanted.contains("duration");
        textual.then(|| format!("write it in quotes: `{} = \"{bare}\"`", self.key()))
    }

    /// A text.
    pub(crate) fn text(self) -> Option<Spanned<&'a str>> {
        match self.value() {
            DeValue::String(text) => Some(Spanned { value: text.as_ref(), span: self.span() }),
            _ => self.wrong_type("a text"),
        }
    }

    /// A text that a rule accepts.
    pub(crate) fn parsed<T>(
        self,
        rule: impl FnOnce(&str) -> Result<T, Violation>,
    ) -> Option<Spanned<T>> {
        let text = self.text()?;
        match rule(text.value) {
            Ok(value) => Some(Spanned { value, span: text.span }),
            Err(violation) => {
                self.report(violation);
                None
            }
        }
    }

    /// One of a few words.
    pub(crate) fn choice<T: Copy>(self, choices: &[(&'static str, T)]) -> Option<Spanned<T>> {
        let words = || choices.iter().map(|(word, _)| *word);
        self.parsed(|text| {
            let found = choices.iter().find(|(word, _)| *word == text);
            found.map(|(_, value)| *value).ok_or_else(|| {
                let message = format!("{} is no value of `{}`", quoted(text), self.key());
                Violation::new(message, format!("expected {}", alternatives(words())))
                    .maybe_help(did_you_mean(text, words()))
            })
        })
    }

    /// The value with the place of its key, and the place alone where the value is wrong.
    pub(crate) fn written<T>(self, read: impl FnOnce(Self) -> Option<T>) -> Written<T> {
        Spanned { value: read(self), span: self.key_span() }
    }

    /// A duration, zero included.
    pub(crate) fn duration(self) -> Option<Spanned<Duration>> {
        match self.value() {
            DeValue::String(_) => self.parsed(duration::parse),
            _ => self.wrong_type("a duration in quotes"),
        }
    }

    /// A duration above zero.
    pub(crate) fn positive_duration(self) -> Option<Spanned<Duration>> {
        let duration = self.duration()?;
        if duration.value.is_zero() {
            let message = format!("`{}` cannot be zero", self.key());
            self.report(Violation::new(message, "no time at all"));
            return None;
        }
        Some(duration)
    }

    /// A whole number within bounds.
    pub(crate) fn number(self, lowest: i64, highest: i64) -> Option<Spanned<i64>> {
        let DeValue::Integer(number) = self.value() else {
            return self.wrong_type("a whole number");
        };
        let value = to_i64(number).filter(|value| (lowest..=highest).contains(value));
        let Some(value) = value else {
            let message = format!("`{}` is out of range", self.key());
            self.report(Violation::new(message, format!("expected {lowest} to {highest}")));
            return None;
        };
        Some(Spanned { value, span: self.span() })
    }

    /// A TCP port.
    pub(crate) fn port(self) -> Option<u16> {
        self.number(1, u16::MAX.into()).and_then(|number| u16::try_from(number.value).ok())
    }

    /// `true` or `false`.
    pub(crate) fn boolean(self) -> Option<bool> {
        match self.value() {
            DeValue::Boolean(value) => Some(*value),
            _ => self.wrong_type("`true` or `false`"),
        }
    }

    /// A table; `name` is what messages call it.
    pub(crate) fn table(self, name: impl Into<String>) -> Option<Reader<'a>> {
        match self.value() {
            DeValue::Table(table) => {
                Some(Reader::new(self.diagnostics, name, table, self.table_span(table.is_empty())))
            }
            _ => self.wrong_type("a table"),
        }
    }

    /// A table's own place; one that exists only through its children is shown by its key.
    fn table_span(&self, empty: bool) -> Range<usize> {
        let span = self.span();
        if span.is_empty() && !empty { self.key_span() } else { span }
    }

    /// The elements of a list, each under the list's key.
    pub(crate) fn list(self, of: &str) -> Option<Vec<Entry<'a>>> {
        match self.value() {
            DeValue::Array(array) => {
                Some(array.iter().map(|value| Self { value, ..self }).collect())
            }
            _ => self.wrong_type(&format!("a list of {of}")),
        }
    }
}

/// What a value is, in words.
pub(crate) fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// The number, where it fits.
pub(crate) fn to_i64(number: &DeInteger<'_>) -> Option<i64> {
    i64::from_str_radix(number.as_str(), number.radix()).ok()
}
