//! A pair of members that cannot connect by TLS, and all such pairs as one chain of causes.

use std::{error::Error, fmt};

use super::PeerTlsError;
use crate::name::{HostName, MemberName};

/// One member that cannot connect to another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairFailure {
    /// The host that dialled.
    pub from: HostName,
    /// The host of the member that was dialled.
    pub to: HostName,
    /// The name that was dialled.
    pub member: MemberName,
    /// Why.
    pub why: PeerTlsError,
}

impl PairFailure {
    /// How to fix it.
    #[must_use]
    pub fn fix(&self) -> String {
        self.why.fix(self.from.as_str(), self.to.as_str())
    }
}

impl fmt::Display for PairFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, to, member, why } = self;
        if from == to {
            write!(f, "`{from}` cannot reach itself as `{member}`: {why}")
        } else {
            write!(f, "`{from}` cannot reach `{to}` as `{member}`: {why}")
        }
    }
}

/// At least one failure; each is the cause of the one before it, so that all are printed.
#[derive(Debug)]
pub struct PairFailures {
    first: PairFailure,
    rest: Option<Box<Self>>,
}

impl PairFailures {
    /// All of them in their order; `None` where there are none.
    #[must_use]
    pub fn from_list(gaps: Vec<PairFailure>) -> Option<Self> {
        let mut all = None;
        for first in gaps.into_iter().rev() {
            all = Some(Self { first, rest: all.map(Box::new) });
        }
        all
    }

    /// One after the other.
    pub fn iter(&self) -> impl Iterator<Item = &PairFailure> {
        let each = std::iter::successors(Some(self), |gaps| gaps.rest.as_deref());
        each.map(|gaps| &gaps.first)
    }
}

impl fmt::Display for PairFailures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.first.fmt(f)
    }
}

impl Error for PairFailures {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.rest.as_deref().map(|rest| rest as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_gaps_are_told_one_after_the_other() {
        let gap = |from: &str, to: &str, why| PairFailure {
            from: HostName::new(from),
            to: HostName::new(to),
            member: MemberName::new(format!("{to}.test:27017")),
            why,
        };
        let gaps = vec![
            gap("db1", "db1", PeerTlsError::Refused),
            gap("db1", "db2", PeerTlsError::Timeout),
            gap("db3", "db2", PeerTlsError::NoAnswer),
        ];
        let chain = PairFailures::from_list(gaps.clone()).unwrap();
        assert_eq!(chain.iter().cloned().collect::<Vec<_>>(), gaps);
        let mut told = vec![chain.to_string()];
        let mut cause = chain.source();
        while let Some(error) = cause {
            told.push(error.to_string());
            cause = error.source();
        }
        assert_eq!(
            told,
            [
                "`db1` cannot reach itself as `db1.test:27017`: nothing listens at that port",
                "`db1` cannot reach `db2` as `db2.test:27017`: the connection timed out",
                "`db3` cannot reach `db2` as `db2.test:27017`: the TLS handshake succeeded, but the server did not reply in time",
            ]
        );
        assert!(PairFailures::from_list(Vec::new()).is_none());
    }
}
