//! What several test binaries share. Each binary uses only a part of it.
#![expect(dead_code, reason = "each test binary uses its own part")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

pub(crate) mod local_transport;
pub(crate) mod sandbox;
