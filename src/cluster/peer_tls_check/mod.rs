//! The peer TLS check before preferTLS: results of dialling every member by TLS from every other. Pure.
//!
//! From preferTLS on members connect to each other by TLS, and only then does a certificate fail that
//! its peers reject. At allowTLS every member accepts TLS already, so each host can try it for its
//! server, with the server's own files, while nothing depends on it.

mod classify;
mod dial_attempt;
mod pair_failure;
mod peer_tls_error;

pub use classify::classify;
pub use dial_attempt::{DialAttempt, DialEnd};
pub use pair_failure::{PairFailure, PairFailures};
pub use peer_tls_error::PeerTlsError;
