//! The engine, unchanged, against a replica set in memory and under paused time.
//!
//! The set follows the server facts in `docs/design.md`: who can talk to whom, what setParameter
//! refuses, a unit that fails a moment after systemctl was happy. Invariants are checked after every
//! act, so a wrong order is found where it happens.

mod files;
mod node;
mod recorder;
mod runs;
mod world;
