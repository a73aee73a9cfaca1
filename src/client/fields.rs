//! Strict reading of replies: every field by name and type, and an error that names its path.
//!
//! A reply is what another program said. A field of another type is an error with a name, never a
//! default and never a panic; a number is a number in whichever of BSON's three forms it comes,
//! because mongosh changes them on the way.

use mongodb::bson::{Bson, DateTime, Document};

use super::database::DatabaseError;

/// A document inside the reply to a command.
#[derive(Clone, Debug)]
pub(super) struct Fields<'a> {
    command: &'static str,
    path: String,
    document: &'a Document,
}

/// A whole number in any of BSON's forms.
pub(super) fn whole(value: &Bson) -> Option<i64> {
    match value {
        Bson::Int32(number) => Some(i64::from(*number)),
        Bson::Int64(number) => Some(*number),
        #[expect(clippy::cast_possible_truncation, reason = "checked to be whole and in range")]
        Bson::Double(number) if number.fract() == 0.0 && number.abs() < 9e15 => {
            Some(*number as i64)
        }
        _ => None,
    }
}

impl<'a> Fields<'a> {
    /// The reply itself.
    pub(super) fn new(command: &'static str, reply: &'a Document) -> Self {
        Self { command, path: String::new(), document: reply }
    }

    /// The error for a field that is missing or of another type.
    pub(super) fn unusable(&self, field: &str) -> DatabaseError {
        DatabaseError::Shape { command: self.command, field: format!("{}{field}", self.path) }
    }

    /// A field that may be missing or null.
    fn maybe<T>(
        &self,
        field: &str,
        read: impl FnOnce(&'a Bson) -> Option<T>,
    ) -> Result<Option<T>, DatabaseError> {
        match self.document.get(field) {
            None | Some(Bson::Null | Bson::Undefined) => Ok(None),
            Some(value) => read(value).map(Some).ok_or_else(|| self.unusable(field)),
        }
    }

    fn must<T>(&self, field: &str, found: Option<T>) -> Result<T, DatabaseError> {
        found.ok_or_else(|| self.unusable(field))
    }

    pub(super) fn maybe_text(&self, field: &str) -> Result<Option<&'a str>, DatabaseError> {
        self.maybe(field, Bson::as_str)
    }

    pub(super) fn text(&self, field: &str) -> Result<&'a str, DatabaseError> {
        self.must(field, self.maybe_text(field)?)
    }

    pub(super) fn maybe_whole(&self, field: &str) -> Result<Option<i64>, DatabaseError> {
        self.maybe(field, whole)
    }

    pub(super) fn whole(&self, field: &str) -> Result<i64, DatabaseError> {
        self.must(field, self.maybe_whole(field)?)
    }

    /// A whole number that fits into the type asked for.
    pub(super) fn fitting<T: TryFrom<i64>>(&self, field: &str) -> Result<T, DatabaseError> {
        T::try_from(self.whole(field)?).map_err(|_| self.unusable(field))
    }

    pub(super) fn number(&self, field: &str) -> Result<f64, DatabaseError> {
        let read = |value: &Bson| match value {
            Bson::Int32(number) => Some(f64::from(*number)),
            Bson::Double(number) if number.is_finite() => Some(*number),
            #[expect(clippy::cast_precision_loss, reason = "priorities end at 1000")]
            Bson::Int64(number) => Some(*number as f64),
            _ => None,
        };
        self.must(field, self.maybe(field, read)?)
    }

    pub(super) fn maybe_flag(&self, field: &str) -> Result<Option<bool>, DatabaseError> {
        self.maybe(field, Bson::as_bool)
    }

    pub(super) fn maybe_date(&self, field: &str) -> Result<Option<DateTime>, DatabaseError> {
        self.maybe(field, |value| value.as_datetime().copied())
    }

    /// The two halves of a timestamp.
    pub(super) fn maybe_timestamp(&self, field: &str) -> Result<Option<(u32, u32)>, DatabaseError> {
        let read = |value: &Bson| value.as_timestamp().map(|at| (at.time, at.increment));
        self.maybe(field, read)
    }

    pub(super) fn maybe_inside(&self, field: &str) -> Result<Option<Self>, DatabaseError> {
        Ok(self.maybe(field, Bson::as_document)?.map(|document| Self {
            command: self.command,
            path: format!("{}{field}.", self.path),
            document,
        }))
    }

    pub(super) fn inside(&self, field: &str) -> Result<Self, DatabaseError> {
        self.must(field, self.maybe_inside(field)?)
    }

    /// The document itself.
    pub(super) fn document(&self) -> &'a Document {
        self.document
    }

    /// A list of documents.
    pub(super) fn each(&self, field: &str) -> Result<Vec<Self>, DatabaseError> {
        let list = self.must(field, self.maybe(field, Bson::as_array)?)?;
        let entry = |(index, value): (usize, &'a Bson)| {
            let path = format!("{}{field}[{index}]", self.path);
            let document = value.as_document().ok_or_else(|| DatabaseError::Shape {
                command: self.command,
                field: path.clone(),
            })?;
            Ok(Self { command: self.command, path: format!("{path}."), document })
        };
        list.iter().enumerate().map(entry).collect()
    }

    /// A list of texts.
    pub(super) fn texts(&self, field: &str) -> Result<Vec<String>, DatabaseError> {
        let list = self.must(field, self.maybe(field, Bson::as_array)?)?;
        let text = |value: &Bson| value.as_str().map(str::to_owned);
        list.iter().map(|value| text(value).ok_or_else(|| self.unusable(field))).collect()
    }
}

#[cfg(test)]
mod tests {
    use mongodb::bson::doc;

    use super::*;

    #[test]
    fn a_number_is_a_number_in_any_form_and_nothing_else_is() {
        let reply = doc! { "a": 7, "b": 7_i64, "c": 7.0, "d": 7.5, "e": "7", "f": null };
        let fields = Fields::new("test", &reply);
        for name in ["a", "b", "c"] {
            assert_eq!(fields.whole(name).unwrap(), 7, "{name}");
        }
        for name in ["d", "e", "f", "g"] {
            assert!(matches!(fields.whole(name), Err(DatabaseError::Shape { .. })), "{name}");
        }
        assert!(fields.maybe_whole("f").unwrap().is_none());
        assert!(fields.fitting::<u8>("a").is_ok());
    }

    #[test]
    fn an_error_names_the_path_to_the_field() {
        let reply = doc! { "members": [{ "optime": { "t": "one" } }, 5] };
        let error =
            |found: Result<_, DatabaseError>| found.map(|_: i64| ()).unwrap_err().to_string();
        let fields = Fields::new("replSetGetStatus", &reply);
        assert!(fields.each("members").is_err());

        let reply = doc! { "members": [{ "optime": { "t": "one" } }] };
        let fields = Fields::new("replSetGetStatus", &reply);
        let members = fields.each("members").unwrap();
        let term = members[0].inside("optime").unwrap().whole("t");
        assert_eq!(
            error(term),
            "the reply to `replSetGetStatus` has no usable `members[0].optime.t`"
        );
    }
}
