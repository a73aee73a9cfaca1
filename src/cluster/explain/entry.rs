//! One thing that a server says, in other words.

/// What a server says, means, and wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The ids under which servers since 4.4 log it; none for a reason inside of other messages.
    pub ids: &'static [u32],
    /// What is looked for, in small letters; one of them is enough.
    pub words: &'static [&'static str],
    /// The server's own words.
    pub says: &'static str,
    /// What happened.
    pub means: &'static str,
    /// What to do.
    pub fix: &'static str,
}
