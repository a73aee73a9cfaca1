//! What tlsplan knows of MongoDB: modes, topology, health, order, configuration files. Pure.

pub mod attribution;
pub mod certificate;
pub mod check;
pub mod clients;
pub mod clock;
pub mod config;
pub mod explain;
pub mod health;
pub mod membership;
pub mod mode;
pub mod order;
pub mod peer_tls_check;
pub mod peers;
pub mod readiness;
#[cfg(test)]
pub(crate) mod sample;
pub mod topology;
pub mod version;
