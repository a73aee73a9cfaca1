//! `confirm = "question"`: a person's answer that the run waits for.

use crate::plan::{entry::Entry, model::Confirm, rule};

/// Reads the question.
pub(crate) fn read(entry: Entry<'_>) -> Option<Confirm> {
    entry.parsed(rule::name::title).map(|question| Confirm { question: question.value })
}
