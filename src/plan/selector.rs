//! Which hosts are meant: names, globs, `@group` and `!negation`, in a plan or after `--limit`.
//!
//! Every term has to match a host. One that matches nothing is a mistake, and a
//! mistake in a selector means work on the wrong hosts.

use super::{
    message::{did_you_mean, quoted},
    model::PlanHost,
};
use crate::{
    error::{Designed, Exit},
    glob,
    name::{GroupName, HostName},
};

/// A list of terms, like `db*,!db3`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    terms: Vec<Term>,
}

/// One term; a term that takes away is told by its sign.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Term {
    sign: Sign,
    pattern: Pattern,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Add,
    Remove,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Pattern {
    /// A name, where `*` stands for any characters and `?` for one.
    Name(String),
    /// A group's name, with the same wildcards.
    Group(String),
}

/// Why a selector selects nothing that could be meant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SelectorError {
    /// There is nothing between two commas.
    #[error("the selector {} has an empty term", quoted(.selector))]
    Empty {
        /// The whole selector.
        selector: String,
    },
    /// No host has this name.
    #[error("no host is called {}", quoted(.name))]
    UnknownHost {
        /// The name.
        name: String,
        /// What to do.
        help: String,
    },
    /// No host is in a group of this name.
    #[error("no host is in a group {}", quoted(.name))]
    UnknownGroup {
        /// The name.
        name: String,
        /// What to do.
        help: String,
    },
    /// The negations take away whatever was selected.
    #[error("no host is left: every selected one is taken away again")]
    NothingLeft,
}

impl SelectorError {
    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> Option<&str> {
        match self {
            Self::UnknownHost { help, .. } | Self::UnknownGroup { help, .. } => Some(help),
            Self::Empty { .. } => {
                Some("terms are names, `db*`, `@group` or `!db3`, with commas between them")
            }
            Self::NothingLeft => None,
        }
    }
}

impl Designed for SelectorError {
    fn exit(&self) -> Exit {
        Exit::Usage
    }

    fn hints(&self) -> Vec<String> {
        self.help().map(str::to_owned).into_iter().collect()
    }
}

impl Selector {
    /// Reads terms with commas between them.
    pub fn parse(text: &str) -> Result<Self, SelectorError> {
        let empty = || SelectorError::Empty { selector: text.to_owned() };
        let term = |term: &str| Term::parse(term.trim()).ok_or_else(empty);
        let terms = text.split(',').map(term).collect::<Result<_, _>>()?;
        Ok(Self { terms })
    }

    /// One selector with the terms of all of them.
    #[must_use]
    pub(crate) fn joined<'a>(selectors: impl IntoIterator<Item = &'a Self>) -> Self {
        let terms = selectors.into_iter().flat_map(|selector| selector.terms.clone()).collect();
        Self { terms }
    }

    /// The hosts it selects, in the order of the plan. Without a term that adds, it begins with all.
    pub fn select(&self, hosts: &[PlanHost]) -> Result<Vec<HostName>, SelectorError> {
        self.check(hosts)?;
        let hit = |sign, host: &PlanHost| {
            self.terms.iter().any(|term| term.sign == sign && term.pattern.hits(host))
        };
        let adds = self.terms.iter().any(|term| term.sign == Sign::Add);
        let selected: Vec<_> = hosts
            .iter()
            .filter(|host| (!adds || hit(Sign::Add, host)) && !hit(Sign::Remove, host))
            .map(|host| host.name.clone())
            .collect();
        if selected.is_empty() { Err(SelectorError::NothingLeft) } else { Ok(selected) }
    }

    /// Whether every term hits a host.
    pub(crate) fn check(&self, hosts: &[PlanHost]) -> Result<(), SelectorError> {
        let lost = self.terms.iter().find(|term| !hosts.iter().any(|host| term.pattern.hits(host)));
        lost.map_or(Ok(()), |term| Err(term.pattern.unknown(hosts)))
    }
}

impl Term {
    fn parse(text: &str) -> Option<Self> {
        let (sign, rest) = match text.strip_prefix('!') {
            Some(rest) => (Sign::Remove, rest.trim_start()),
            None => (Sign::Add, text),
        };
        let (is_group, name) = match rest.strip_prefix('@') {
            Some(name) => (true, name.to_owned()),
            None => (false, rest.to_owned()),
        };
        if name.is_empty() {
            return None;
        }
        let pattern = if is_group { Pattern::Group(name) } else { Pattern::Name(name) };
        Some(Self { sign, pattern })
    }
}

impl Pattern {
    fn hits(&self, host: &PlanHost) -> bool {
        match self {
            Self::Name(glob) => matches(glob, host.name.as_str()),
            Self::Group(glob) => host.groups.iter().any(|group| matches(glob, group.as_str())),
        }
    }

    /// The error for a pattern that hits nothing, with what could have been meant.
    fn unknown(&self, hosts: &[PlanHost]) -> SelectorError {
        let names = || hosts.iter().map(|host| host.name.as_str());
        let mut groups: Vec<_> =
            hosts.iter().flat_map(|host| &host.groups).map(GroupName::as_str).collect();
        groups.sort_unstable();
        groups.dedup();
        match self {
            Self::Name(name) => {
                let group = groups.iter().find(|group| **group == name.as_str());
                let help = match group {
                    Some(group) => Some(format!("`{group}` is a group: write `@{group}`")),
                    None => did_you_mean(name, names()),
                };
                let help = help.unwrap_or_else(|| format!("the plan has {}", listed(names())));
                SelectorError::UnknownHost { name: name.clone(), help }
            }
            Self::Group(name) => {
                let help = match did_you_mean(name, groups.iter().copied()) {
                    Some(help) => help,
                    None if groups.is_empty() => "the plan has no groups".to_owned(),
                    None => format!("the plan has {}", listed(groups.into_iter())),
                };
                SelectorError::UnknownGroup { name: name.clone(), help }
            }
        }
    }
}

/// The first few names.
fn listed<'a>(names: impl Iterator<Item = &'a str> + Clone) -> String {
    const SHOWN: usize = 8;
    let first: Vec<_> = names.clone().take(SHOWN).map(quoted).collect();
    let more = if names.count() > SHOWN { ", ..." } else { "" };
    format!("{}{more}", first.join(", "))
}

/// Whether a name matches a pattern with wildcards.
fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), name.chars().collect());
    glob::matches(&pattern, &name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn host(name: &str, groups: &[&str]) -> PlanHost {
        PlanHost {
            name: HostName::new(name),
            address: name.to_owned(),
            machine: HostName::new(name),
            instance: None,
            groups: groups.iter().map(|group| GroupName::new(*group)).collect(),
            vars: serde_json::Map::new(),
        }
    }

    fn hosts() -> Vec<PlanHost> {
        vec![host("db1", &["rs0"]), host("db2", &["rs0", "east"]), host("arbiter", &[])]
    }

    fn select(text: &str) -> Result<Vec<String>, SelectorError> {
        let names = Selector::parse(text)?.select(&hosts())?;
        Ok(names.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn terms_add_and_take_away_in_the_order_of_the_plan() {
        for (text, selected) in [
            ("db2,db1", vec!["db1", "db2"]),
            ("*", vec!["db1", "db2", "arbiter"]),
            ("db?", vec!["db1", "db2"]),
            ("@rs0", vec!["db1", "db2"]),
            ("!db1", vec!["db2", "arbiter"]),
            ("@rs*, !@east", vec!["db1"]),
            ("a*r", vec!["arbiter"]),
        ] {
            assert_eq!(select(text).unwrap(), selected, "{text}");
        }
    }

    #[test]
    fn a_term_that_hits_nothing_is_refused_with_what_could_be_meant() {
        for (text, message, help) in [
            ("db11", "no host is called `db11`", "did you mean `db1`?"),
            ("web*", "no host is called `web*`", "the plan has `db1`, `db2`, `arbiter`"),
            ("rs0", "no host is called `rs0`", "`rs0` is a group: write `@rs0`"),
            ("@rs1", "no host is in a group `rs1`", "did you mean `rs0`?"),
            ("db1,!db9x", "no host is called `db9x`", "the plan has `db1`, `db2`, `arbiter`"),
        ] {
            let error = select(text).unwrap_err();
            assert_eq!((error.to_string().as_str(), error.help()), (message, Some(help)), "{text}");
            assert_eq!(error.exit(), Exit::Usage);
        }
    }

    #[test]
    fn a_selector_selects_something() {
        assert_eq!(select("db1,!db1"), Err(SelectorError::NothingLeft));
        for text in ["", ",", "db1,", "!", "@", "!@"] {
            assert!(matches!(select(text), Err(SelectorError::Empty { .. })), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_glob_of_stars_around_a_part_hits_what_holds_the_part(
            before in "[a-c]{0,6}", part in "[a-c]{0,4}", after in "[a-c]{0,6}",
        ) {
            let name = format!("{before}{part}{after}");
            let contains = format!("*{part}*");
            prop_assert!(matches(&contains, &name));
            prop_assert!(matches(&name, &name));
            let single = "?".repeat(name.len());
            prop_assert!(matches(&single, &name));
            let longer = format!("?{single}");
            prop_assert!(!matches(&longer, &name));
        }
    }
}
