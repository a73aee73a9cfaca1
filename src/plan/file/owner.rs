//! The owner of a table: the plan, a group or a host.

use crate::plan::message::quoted;

/// The owner of settings; decides what messages call their tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner<'a> {
    /// The plan itself.
    Plan,
    /// A group, by its name.
    Group(&'a str),
    /// A host, by its name.
    Host(&'a str),
}

impl Owner<'_> {
    /// What messages call a table of this owner.
    pub(crate) fn table(self, path: &str) -> String {
        match self {
            Self::Plan => format!("`[{path}]`"),
            Self::Group(name) => format!("`{path}` of group {}", quoted(name)),
            Self::Host(name) => format!("`{path}` of host {}", quoted(name)),
        }
    }
}
