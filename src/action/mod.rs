//! The kinds of steps. Each is check, do, verify; what it decides is in [`crate::engine`].

pub mod clients;
pub mod tls_mode;
