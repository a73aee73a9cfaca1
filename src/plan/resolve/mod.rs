//! From what the user wrote to what shall be true: references followed, files found, order judged.

mod controller;
mod databases;
mod hosts;
mod local_files;
mod machines;
mod mode_order;
mod resolver;
mod ssh;
mod step_hosts;
mod step_name;
mod steps;

pub(crate) use resolver::resolve;
