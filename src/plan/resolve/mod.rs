//! From what the user wrote to what shall be true: references followed, files found, order judged.

mod controller;
mod hosts;
mod mode_order;
mod resolver;
mod steps;

pub(crate) use resolver::resolve;
