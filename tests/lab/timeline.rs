//! What one member was at which time, and what several of them together were.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use mongodb::bson::Document;

/// What a server is that answers and has no office: starting, stopping, or between two.
const NEITHER: &str = "neither primary nor secondary";

/// A member as seen from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// It answers and is a primary, by the election of this term.
    Primary(u64),
    /// It answers and serves reads.
    Secondary,
    /// It is not there, or is neither.
    Down(String),
    /// Its port takes connections and nothing comes. A machine that is out of breath makes all
    /// members so at once; one that goes down is refused or reset before or after it.
    Silent(String),
}

impl State {
    /// Reads a reply to `isMaster`.
    pub(crate) fn of(reply: &Document) -> Self {
        let is = |field| reply.get_bool(field).unwrap_or(false);
        if is("ismaster") {
            return Self::Primary(reply.get_object_id("electionId").map_or(0, |id| {
                // The last eight bytes are the term; the first four are a constant.
                id.bytes()[4..].iter().fold(0, |term, &byte| term << 8 | u64::from(byte))
            }));
        }
        if is("secondary") { Self::Secondary } else { Self::Down(NEITHER.into()) }
    }
}

/// The changes of one member's state.
#[derive(Debug)]
pub(crate) struct Timeline {
    /// The member.
    pub(crate) member: String,
    changes: Vec<(Instant, State)>,
    end: Instant,
}

impl Timeline {
    /// An empty one.
    pub(crate) fn new(member: &str) -> Self {
        Self { member: member.to_owned(), changes: Vec::new(), end: Instant::now() }
    }

    /// Notes what was seen; `at` is when it was asked.
    pub(crate) fn saw(&mut self, at: Instant, state: State) {
        self.end = at;
        if self.changes.last().is_none_or(|(_, last)| *last != state) {
            self.changes.push((at, state));
        }
    }

    /// What was seen last.
    pub(crate) fn last(&self) -> Option<&State> {
        self.changes.last().map(|(_, state)| state)
    }

    /// When it was down: from the first sign of it to the first sign of life. Silence alone is none.
    pub(crate) fn outages(&self) -> Vec<(Instant, Instant)> {
        let mut outages = Vec::new();
        let (mut silent, mut down) = (None, false);
        for (at, state) in &self.changes {
            match state {
                State::Silent(_) => silent = silent.or(Some(*at)),
                State::Down(_) => (silent, down) = (silent.or(Some(*at)), true),
                State::Primary(_) | State::Secondary => {
                    outages.extend(silent.filter(|_| down).map(|begin| (begin, *at)));
                    (silent, down) = (None, false);
                }
            }
        }
        outages.extend(silent.filter(|_| down).map(|begin| (begin, self.end)));
        outages
    }

    /// How often its process was away. A primary that steps down is neither primary nor secondary
    /// for a moment, and its process is there all the same.
    pub(crate) fn absences(&self) -> usize {
        let away = |state: &State| matches!(state, State::Down(why) if why != NEITHER);
        let within = |begin: Instant, end: Instant| {
            self.changes.iter().any(|(at, state)| (begin..end).contains(at) && away(state))
        };
        self.outages().into_iter().filter(|&(begin, end)| within(begin, end)).count()
    }

    /// Every change, seconds counted from `zero`.
    pub(crate) fn told(&self, zero: Instant) -> String {
        let line = |(at, state): &(Instant, State)| {
            format!("{:7.2}s {} {state:?}", at.duration_since(zero).as_secs_f64(), self.member)
        };
        self.changes.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    /// The terms of which a primary was seen.
    pub(crate) fn terms(&self) -> BTreeSet<u64> {
        let term = |(_, state): &(Instant, State)| match state {
            State::Primary(term) => Some(*term),
            State::Secondary | State::Down(_) | State::Silent(_) => None,
        };
        self.changes.iter().filter_map(term).collect()
    }
}

/// The longest time during which both were down.
pub(crate) fn both_down(one: &Timeline, other: &Timeline) -> Duration {
    let mut longest = Duration::ZERO;
    for (begin, end) in one.outages() {
        for (other_begin, other_end) in other.outages() {
            let overlap = end.min(other_end).saturating_duration_since(begin.max(other_begin));
            longest = longest.max(overlap);
        }
    }
    longest
}
