//! The SSH transport against servers made in this process, one fault at a time.
//!
//! Nothing here is slow by design: the limits are injected, and every wait has one.

// The attribute is for clippy, which lets only tests unwrap.
#[cfg(test)]
mod damage;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod host_keys;
#[cfg(test)]
mod login;
#[cfg(test)]
mod processes;
#[cfg(test)]
mod server;
#[cfg(test)]
mod setup;
