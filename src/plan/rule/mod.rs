//! What a single value has to look like: names, addresses, units, paths. Pure, each a function.

pub(crate) mod name;
pub(crate) mod network;
pub(crate) mod path;
pub(crate) mod unit;
