//! An oplog without its contents: which term wrote up to where.

use tlsplan::cluster::topology::OpTime;

/// Two logs that hold the same entry hold the same entries before it, so a log is a few numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Oplog(Vec<(i64, u32)>);

impl Oplog {
    /// Everything up to `index`, written in one term.
    pub(crate) fn up_to(term: i64, index: u32) -> Self {
        Self(vec![(term, index)])
    }

    /// The last entry: term and index.
    pub(crate) fn end(&self) -> (i64, u32) {
        self.0.last().copied().unwrap_or_default()
    }

    pub(crate) fn place(&self) -> OpTime {
        let (term, seconds) = self.end();
        OpTime { term, seconds, increment: 0 }
    }

    pub(crate) fn append(&mut self, term: i64) {
        let (last, index) = self.end();
        if last == term {
            self.0.pop();
        }
        self.0.push((term, index + 1));
    }

    pub(crate) fn holds(&self, (term, index): (i64, u32)) -> bool {
        index == 0 || self.0.iter().find(|run| run.1 >= index).is_some_and(|run| run.0 == term)
    }
}
