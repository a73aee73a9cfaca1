//! What mongod and its peers will make of the certificates on a host. Pure.
//!
//! A server starts happily with a certificate that every other member refuses: a wrong name, another
//! CA, a use that is left out. So each rule is judged here as OpenSSL does in mongod, before anything
//! is restarted; each rule has a number, by which a plan waives it.

mod across;
mod authorities;
mod chain;
mod impostor;
mod leaf;
mod name;
mod papers;
mod paths;
mod rules;

pub use across::across;
pub use chain::{Broken, chain};
pub use impostor::impostor;
pub use leaf::{Authority, Certificate, Unread, Usage};
pub use name::covers;
pub use papers::{Access, Key, Papers, PemFile};
pub use paths::TlsPaths;
pub use rules::judge;

#[cfg(test)]
mod tests;
