//! The census: who speaks to a member, with TLS or without, by what its log says. Pure.
//!
//! A server does not show of a connection whether it has TLS, and at allowTLS it says nothing of those
//! that have not. But it logs each handshake where `net.tls.logVersions` asks for it, and each
//! connection's beginning, end and client: what spoke and shook no hands spoke plaintext. A mode is
//! looked at once per connection, so one that is older than the mode is neither logged again nor cut.

mod allowed;
mod census;
mod client;
mod event;
mod ours;
mod party;
mod reading;
mod standing;
mod watch;

#[cfg(test)]
mod tests;

pub use allowed::Allowed;
pub use census::{Census, Speech};
pub use client::Client;
pub use event::{LogEvent, Remote, Said};
pub use ours::is_internal;
pub use party::{Party, parties};
pub use reading::{
    ClientReading, Connections, Handshakes, LOG_VERSIONS, LogPlace, Logging, OpenConnection,
};
pub use standing::{Seen, Standing, Watched, blind, clients, standing};
pub use watch::{Blindness, Watch};
