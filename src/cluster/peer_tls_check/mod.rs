//! The rehearsal of preferTLS: what came of dialling every member by TLS from every other one. Pure.
//!
//! From preferTLS on the members speak TLS with each other, and a certificate that only its peers
//! refuse shows then and not before. At allowTLS every member takes TLS already, so each host can
//! try it for its server, with the server's own files, while nothing depends on it.

mod classify;
mod dial_attempt;
mod pair_failure;
mod peer_tls_error;

pub use classify::classify;
pub use dial_attempt::{DialAttempt, DialEnd};
pub use pair_failure::{PairFailure, PairFailures};
pub use peer_tls_error::PeerTlsError;
