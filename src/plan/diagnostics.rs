//! The plan's text while it is read, and the problems found so far.
//!
//! Secrets that somebody wrote into the plan as text are masked before any problem leaves: the
//! snippet of a message must not become the place where a password is printed.

use std::{cell::RefCell, collections::BTreeSet, ops::Range, sync::Arc};

use super::{diagnostic::Diagnostic, invalid_plan::InvalidPlan, mask, violation::Violation};
use crate::source::Source;

/// A text that is being read. Problems are collected behind a shared reference, so that readers of
/// nested tables can hold it at the same time.
pub(crate) struct Diagnostics {
    source: Source,
    broken_lines: RefCell<BTreeSet<usize>>,
    problems: RefCell<Vec<Diagnostic>>,
    secrets: RefCell<Vec<Range<usize>>>,
}

impl Diagnostics {
    pub(crate) fn new(source: Source) -> Self {
        let secrets = mask::likely_secrets(&source.text);
        Self {
            source,
            broken_lines: RefCell::default(),
            problems: RefCell::new(Vec::new()),
            secrets: RefCell::new(secrets),
        }
    }

    pub(crate) fn source(&self) -> &Source {
        &self.source
    }

    /// Adds a problem.
    pub(crate) fn add(&self, problem: Diagnostic) {
        self.problems.borrow_mut().push(problem);
    }

    /// Adds a violation of the text at a place, unless the parser had to guess on that line.
    pub(crate) fn report(&self, span: Range<usize>, violation: Violation) {
        let line = self.line_start(span.start);
        let guessed = self.broken_lines.borrow().contains(&line);
        if !guessed {
            self.add(violation.at(&self.source, span));
        }
    }

    /// Adds a violation that something is missing, unless the missing thing may be in a broken part.
    pub(crate) fn report_missing(&self, span: Range<usize>, violation: Violation) {
        if self.broken_lines.borrow().is_empty() {
            self.report(span, violation);
        }
    }

    /// Whether nothing has been found so far: what was wrong has been left out of the plan.
    pub(crate) fn is_clean(&self) -> bool {
        self.problems.borrow().is_empty()
    }

    /// Records the line of a place as no TOML: what the parser makes of it counts for nothing.
    pub(crate) fn broken(&self, offset: usize) {
        self.broken_lines.borrow_mut().insert(self.line_start(offset));
    }

    /// Where the line of a place begins.
    fn line_start(&self, offset: usize) -> usize {
        let before = self.source.text.get(..offset).unwrap_or(&self.source.text);
        before.rfind('\n').map_or(0, |newline| newline + 1)
    }

    /// Keeps a range out of every message.
    pub(crate) fn conceal(&self, span: Range<usize>) {
        self.secrets.borrow_mut().push(span);
    }

    /// What was found, with secrets masked; `None` where nothing is wrong.
    pub(crate) fn into_error(self) -> Option<InvalidPlan> {
        let mut list = self.problems.into_inner();
        if list.is_empty() {
            return None;
        }
        let masked: Arc<str> = mask::masked(&self.source.text, &self.secrets.into_inner()).into();
        for problem in &mut list {
            if Arc::ptr_eq(&problem.source.text, &self.source.text) {
                problem.source.text = Arc::clone(&masked);
            }
        }
        Some(InvalidPlan::new(self.source.path, list))
    }
}
