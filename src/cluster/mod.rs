//! What tlsplan knows of MongoDB: modes, topology, health, order, configuration files. Pure.

pub mod config;
pub mod mode;
pub mod topology;
pub mod version;
