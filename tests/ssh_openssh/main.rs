//! The SSH transport against OpenSSH itself: its server, its agent, its client's judgement.
//!
//! They are ignored unless asked for, as `make test` does: a machine without OpenSSH has to say that
//! they did not run. Everything is in one directory and on loopback.

// The attribute is for clippy, which lets only tests unwrap.
#[cfg(test)]
mod judgement;
#[cfg(test)]
mod lab;
#[cfg(test)]
mod sessions;
