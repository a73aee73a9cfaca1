//! The census: who speaks to a member, with TLS or without, by what its log says. Pure.
//!
//! A server does not show of a connection whether it has TLS, and at allowTLS it says nothing of those
//! that have not. But it logs each handshake where `net.tls.logVersions` asks for it, and each
//! connection's beginning, end and client: what spoke and shook no hands spoke plaintext. A mode is
//! looked at once per connection, so one that is older than the mode is neither logged again nor cut.

mod allowed;
mod client;
mod client_summary;
mod client_watch;
mod connection_tracker;
mod gate_status;
mod internal;
mod log_event;
mod reading;

#[cfg(test)]
mod tests;

pub use allowed::Allowed;
pub use client::Client;
pub use client_summary::{ClientSummary, summarize};
pub use client_watch::{ClientWatch, VisibilityGap};
pub use connection_tracker::{ConnectionTracker, Encryption};
pub use gate_status::{
    GateStatus, ObservedClient, WatchedServer, clients, gate_status, visibility_gaps,
};
pub use internal::is_internal;
pub use log_event::{ConnectionEvent, LogEvent, Remote};
pub use reading::{
    ClientReading, Connections, Handshakes, LOG_VERSIONS, LogPlace, Logging, OpenConnection,
};
