//! What a server's words mean, as lines for people or a JSON object.

use serde::Serialize;

use super::line::{Line, Tone};

/// One thing that a server says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explained {
    /// The server's own words.
    pub says: &'static str,
    /// The ids under which servers since 4.4 log it.
    pub ids: &'static [u32],
    /// What happened.
    pub means: &'static str,
    /// What to do.
    pub fix: &'static str,
}

impl Explained {
    pub(super) fn lines(&self) -> [Line; 3] {
        let ids: Vec<_> = self.ids.iter().map(ToString::to_string).collect();
        let says = match ids.as_slice() {
            [] => self.says.to_owned(),
            ids => format!("{} (id {})", self.says, ids.join(", ")),
        };
        [
            Line::new(Tone::Plain, "Says", says),
            Line::new(Tone::Plain, "Means", self.means),
            Line::new(Tone::Good, "To do", self.fix),
        ]
    }
}
