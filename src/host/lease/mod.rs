//! The lease of a host: one run at a time, found out by asking the host, and given back by itself.
//!
//! A process of root's holds a lock there while it hears of the controller. It is free at once when
//! the connection ends, and after [`SILENCE`] when the network or the controller says nothing any
//! more; then the connection is ended first. Every script that changes something passes a fence
//! that lets only the holder's run through. The recipe is in `docs/design.md`, "Who may act".

mod error;
mod holder;
mod keeper;
mod last_contact;
mod owner;

pub use error::LeaseError;
pub use keeper::Lease;
pub use owner::Owner;

use std::time::Duration;

/// After so much silence a host is free for others.
pub const SILENCE: Duration = Duration::from_secs(30);
/// What the controller counts less than the host: it gives up before the host does.
const MARGIN: Duration = Duration::from_secs(3);
/// Between two signs of life.
const HEARTBEAT: Duration = Duration::from_secs(10);
