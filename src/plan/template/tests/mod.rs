//! Templates as users write them.

mod found;
mod rendered;
mod world;
