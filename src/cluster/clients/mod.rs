//! The census: who speaks to a member, with TLS or without, by what its log says. Pure.
//!
//! A server does not show of a connection whether it has TLS, and at allowTLS it says nothing of those
//! that have not. But it logs each handshake where `net.tls.logVersions` asks for it, and each
//! connection's beginning, end and client: what spoke and shook no hands spoke plaintext.

mod census;
mod event;

pub use census::{Census, Client, Handshakes, Speech};
pub use event::{LogEvent, Remote, Said};
