//! The engine, unchanged, against a replica set in memory and under paused time.
//!
//! The set follows the server facts in `docs/design.md`: who can talk to whom, what setParameter
//! refuses, a unit that fails a moment after systemctl was happy. Invariants are checked after every
//! act, so a wrong order is found where it happens.

// The attribute is for clippy, which lets only tests unwrap.
#[cfg(test)]
mod files;
#[cfg(test)]
mod node;
#[cfg(test)]
mod recorder;
#[cfg(test)]
mod runs;
#[cfg(test)]
mod world;
