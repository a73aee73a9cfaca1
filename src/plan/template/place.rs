//! Where an element of a template stands.

use handlebars::template::Template;

/// A line and a column, both counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) line: usize,
    pub(super) column: usize,
}

impl Place {
    /// The start of a template: for elements that have no place of their own.
    pub(super) const START: Self = Self { line: 1, column: 1 };

    /// The place of an element by its number. In `{{else if}}` chains handlebars keeps fewer places
    /// than elements; then it is that of the block around it.
    pub(super) fn of(template: &Template, element: usize, around: Self) -> Self {
        let found = template.mapping.get(element);
        found.map_or(around, |at| Self { line: at.0, column: at.1 })
    }
}
