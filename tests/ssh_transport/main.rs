//! The SSH transport against servers made in this process, one fault at a time.
//!
//! Nothing here is slow by design: the limits are injected, and every wait has one.

mod faults;
mod host_keys;
mod login;
mod processes;
mod server;
mod setup;
