//! Which clients connect to a member, with TLS or without, according to its log. Pure.
//!
//! A server does not report whether a connection uses TLS, and at allowTLS it logs nothing about those
//! without. But it logs each handshake where `net.tls.logVersions` asks for it, and each connection's
//! start, end and client: data without a logged handshake means plaintext. The server checks the mode
//! once per connection, so a connection older than the mode is neither logged again nor closed.

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
