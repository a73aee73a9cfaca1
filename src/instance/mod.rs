//! A member in our hands: its host and its database as one thing that the engine can look at and
//! act on. The trait is the seam; the live node is the one that ships.

pub mod canary;
pub mod canary_error;
mod canary_text;
pub mod connection_log;
pub mod health_probe;
pub mod live;
mod look;
pub mod node;
pub mod peer_tls_check;
pub mod script;
pub mod server_log;
