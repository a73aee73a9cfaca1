//! The table of faults: every fault in every phase in which it can happen, as data in
//! `tests/faults.toml`, and one driver for all cells that the simulation shows.

mod cell;
mod driver;
mod table;

use cell::{Cell, Ending, Shown, faults};
pub(crate) use driver::{cell_named, play};
