//! The members of a set by their configuration.

use std::time::Duration;

use tlsplan::cluster::topology::{MemberConfig, MemberKind, Voting};

use super::view::name;

/// A place in the set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot {
    pub(crate) voting: Voting,
    pub(crate) priority: f64,
    pub(crate) kind: MemberKind,
}

const MEMBER: Slot = Slot { voting: Voting::Votes, priority: 1.0, kind: MemberKind::DataBearing };
const HIDDEN: Slot = Slot { voting: Voting::None, priority: 0.0, kind: MemberKind::DataBearing };
const ARBITER: Slot = Slot { voting: Voting::Votes, priority: 0.0, kind: MemberKind::Arbiter };

impl Slot {
    pub(crate) fn votes(self) -> bool {
        self.voting == Voting::Votes
    }

    pub(crate) fn bears_data(self) -> bool {
        self.kind == MemberKind::DataBearing
    }

    pub(crate) fn electable(self) -> bool {
        self.bears_data() && self.priority > 0.0
    }

    pub(crate) fn config(self, index: usize) -> MemberConfig {
        MemberConfig {
            name: name(index),
            voting: self.voting,
            priority: self.priority,
            kind: self.kind,
            delay: Duration::ZERO,
        }
    }
}

/// The sets that are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Two,
    Three,
    Five,
    /// Three and a hidden member without a vote.
    ThreeAndHidden,
    /// Four with data and an arbiter.
    FourAndArbiter,
    /// Refused: two with data and an arbiter.
    TwoAndArbiter,
}

impl Shape {
    pub(crate) fn slots(self) -> Vec<Slot> {
        match self {
            Self::Two => vec![MEMBER; 2],
            Self::Three => vec![MEMBER; 3],
            Self::Five => vec![MEMBER; 5],
            Self::ThreeAndHidden => vec![MEMBER, MEMBER, HIDDEN, MEMBER],
            Self::FourAndArbiter => vec![MEMBER, MEMBER, MEMBER, ARBITER, MEMBER],
            Self::TwoAndArbiter => vec![MEMBER, MEMBER, ARBITER],
        }
    }
}
