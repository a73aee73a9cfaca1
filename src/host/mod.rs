//! What a host can do for us, over any transport: run constant scripts, files, units, sudo.

pub mod transport;
