//! The database: one command on one member, two ways behind one trait.

pub mod allowance;
pub mod command_line;
pub mod connections;
pub mod database;
pub mod driver;
mod driver_error;
pub mod election;
pub mod endpoint;
mod fields;
pub mod hello;
pub mod mode;
pub mod note;
pub mod operations;
pub mod patience;
mod prompt;
mod set_config;
mod set_status;
pub mod shutdown;
mod socks;
mod tunnel;
pub mod view;
