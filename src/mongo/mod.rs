//! The database: one command on one member, two ways behind one trait.

pub mod agent;
pub mod allowance;
pub mod command_line;
pub mod connections;
pub mod database;
pub mod driver;
mod driver_error;
pub mod election;
mod ended;
pub mod endpoint;
mod fields;
pub mod hello;
mod listener;
pub mod mode;
pub mod mongosh;
pub mod note;
pub mod operations;
pub mod patience;
mod prompt;
mod set_config;
mod set_status;
pub mod shutdown;
mod socks;
mod tunnel;
mod uri;
pub mod view;
mod wire;
