//! The checksum of a line: enough to tell a damaged line from a good one, no more.

use serde::{Deserialize, Serialize};

use crate::host::digest::Digest;

/// How many digits are kept of a SHA-256 sum: its first eight bytes.
pub(super) const DIGITS: usize = 16;

/// The checksum of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Checksum(String);

impl Checksum {
    /// The sum of a line's bytes.
    pub(super) fn new(bytes: &[u8]) -> Self {
        Self(Digest::from_content(bytes).to_string().chars().take(DIGITS).collect())
    }

    /// What stands in the first line in the place of the sum of a line before it.
    pub(super) fn none() -> Self {
        Self("0".repeat(DIGITS))
    }

    /// The digits.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}
