//! What a server's words mean.

use serde::{Deserialize, Serialize};

/// One thing that a server says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explained {
    /// The server's own words.
    pub says: String,
    /// The ids under which servers since 4.4 log it.
    pub ids: Vec<u32>,
    /// What happened.
    pub means: String,
    /// What to do.
    pub fix: String,
}
