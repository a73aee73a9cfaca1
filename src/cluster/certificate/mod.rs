//! What mongod and its peers will make of the certificates on a host. Pure.
//!
//! A server starts happily with a certificate that every other member refuses: a wrong name, another
//! CA, a use that is left out. So each rule is judged here as OpenSSL does in mongod, before anything
//! is restarted; each rule has a number, by which a plan waives it.

mod authorities;
mod chain;
mod leaf;
mod member_certificates;
mod member_lookalike;
mod name;
mod paths;
mod peer_trust;
mod rules;

pub use chain::{ChainError, chain};
pub use leaf::{Authority, Certificate, Unread, Usage};
pub use member_certificates::{Access, Key, MemberCertificates, PemFile};
pub use member_lookalike::member_lookalike;
pub use name::covers;
pub use paths::TlsPaths;
pub use peer_trust::peer_trust;
pub use rules::check_certificates;

#[cfg(test)]
mod tests;
